using Cofferdam.Model;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>An Ed25519 key (RFC 8709).</summary>
internal sealed class Ed25519SshKey : ISshKey
{
    /// <summary>The name of its kind.</summary>
    public const string Kind = "ssh-ed25519";

    private readonly Ed25519PrivateKeyParameters _key;

    public Ed25519SshKey(ReadOnlySpan<byte> seed)
    {
        _key = new Ed25519PrivateKeyParameters(seed);
        PublicKey = new SshWriter().Text(Kind).Bytes(_key.GeneratePublicKey().GetEncoded()).ToArray();
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public byte[] Sign(ReadOnlySpan<byte> data, uint flags)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, _key);
        signer.BlockUpdate(data);
        return new SshWriter().Text(Kind).Bytes(signer.GenerateSignature()).ToArray();
    }
}
