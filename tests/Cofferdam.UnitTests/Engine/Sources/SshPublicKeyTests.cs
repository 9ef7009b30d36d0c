using System.Security.Cryptography;
using Cofferdam.Engine;
using Cofferdam.Model;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Sources;

/// <summary>Keys on security keys, for which there is no device here. Others are tested with what ssh-keygen signs.</summary>
public sealed class SshPublicKeyTests
{
    private const string Kind = "sk-ssh-ed25519@openssh.com";
    private const string Application = "ssh:";

    private readonly Ed25519PrivateKeyParameters _private = new(SHA256.HashData("seed"u8));
    private readonly byte[] _data = "data"u8.ToArray();

    private byte[] Encoded => new SshWriter().Text(Kind).Bytes(_private.GeneratePublicKey().GetEncoded()).Text(Application).ToArray();

    [Theory]
    [InlineData("ssh:", 7, true)]
    [InlineData("other:", 7, false)]
    [InlineData("ssh:", 8, false)]
    public void Verify_OfSecurityKey_IsOfDataUseAndApplication(string application, uint counter, bool isGood)
    {
        byte[] signed = [.. SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(application)), 1, 0, 0, 0, 7, .. SHA256.HashData(_data)];
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, _private);
        signer.BlockUpdate(signed);
        var signature = new SshWriter().Text(Kind).Bytes(signer.GenerateSignature()).Byte(1).Number(counter).ToArray();
        var key = SshPublicKey.Parse($"{Kind} {Convert.ToBase64String(Encoded)} me@here");

        Assert.Equal(isGood, key.Verify(signature, _data));
        Assert.False(key.Verify(signature, [.. _data, 0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# a comment")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 nonsense")]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAA")]
    public void Parse_OfNoKey_IsRefused(string text) => Assert.Throws<SignatureException>(() => SshPublicKey.Parse(text));
}
