using System.Security.Cryptography;
using Cofferdam.Model;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>An RSA key (RFC 8332).</summary>
internal sealed class RsaSshKey : ISshKey
{
    /// <summary>The name of its kind.</summary>
    public const string Kind = "ssh-rsa";

    // draft-ietf-sshm-ssh-agent, 6.2
    private const uint Sha256Flag = 2;
    private const uint Sha512Flag = 4;

    private readonly Lock _lock = new(); // guards _key
    private readonly RSA _key;

    public RsaSshKey(RSA key)
    {
        _key = key;
        var parameters = key.ExportParameters(includePrivateParameters: false);
        PublicKey = new SshWriter().Text(Kind).Integer(parameters.Exponent).Integer(parameters.Modulus).ToArray();
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    // Without a flag SHA-1 is asked for, which no server in use wants any more.
    public byte[]? Sign(ReadOnlySpan<byte> data, uint flags)
    {
        if ((flags & (Sha256Flag | Sha512Flag)) == 0)
        {
            return null;
        }

        var isLong = (flags & Sha512Flag) != 0;
        lock (_lock)
        {
            var signature = _key.SignData(data, isLong ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return new SshWriter().Text(isLong ? "rsa-sha2-512" : "rsa-sha2-256").Bytes(signature).ToArray();
        }
    }
}
