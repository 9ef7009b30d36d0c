using System.Security.Cryptography;
using Cofferdam.Model;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Cofferdam.Engine;

/// <summary>A public key of ssh: RSA, of NIST's curves or Ed25519, also those that are on a security key (RFC 4253, 5656, 8332, 8709, OpenSSH PROTOCOL.u2f).</summary>
/// <param name="encoded">The key in ssh's form.</param>
internal sealed class SshPublicKey(byte[] encoded)
{
    private const string SecurityKeyPrefix = "sk-";
    private const string SecurityKeySuffix = "@openssh.com";
    private const string Ed25519 = "ssh-ed25519";
    private const string EcdsaPrefix = "ecdsa-sha2-";
    private const string Rsa = "ssh-rsa";

    /// <summary>The key in ssh's form.</summary>
    public ReadOnlySpan<byte> Encoded => encoded;

    /// <summary>Reads the first key of a text in the form of authorized_keys, or of a public key's file.</summary>
    public static SshPublicKey Parse(string text)
    {
        foreach (var line in text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            // Options of authorized_keys may go before, and be quoted; the kind of the key is repeated inside of it.
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i + 1 < words.Length; i++)
            {
                if (TryDecode(words[i], words[i + 1]) is { } key)
                {
                    return new SshPublicKey(key);
                }
            }
        }

        throw new SignatureException("there is no public key of ssh to verify it with");
    }

    /// <summary>Whether it made a signature of some bytes.</summary>
    /// <param name="signature">The signature in ssh's form.</param>
    /// <param name="data">What was signed.</param>
    public bool Verify(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data)
    {
        var reader = new SshReader(signature);
        var algorithm = reader.Text();
        var value = reader.Bytes();
        var key = new SshReader(encoded);
        var kind = key.Text();
        if (!kind.StartsWith(SecurityKeyPrefix, StringComparison.Ordinal))
        {
            return reader.IsAtEnd && Verify(kind, ref key, algorithm, value, data);
        }

        if (algorithm != kind || !kind.EndsWith(SecurityKeySuffix, StringComparison.Ordinal))
        {
            return false;
        }

        // A security key signs a hash of the data with what it is for, and how it was used.
        var use = reader.Take(sizeof(byte) + sizeof(uint));
        kind = kind[SecurityKeyPrefix.Length..^SecurityKeySuffix.Length];
        var rest = key;
        Skip(kind, ref rest);
        byte[] signed = [.. SHA256.HashData(rest.Bytes()), .. use, .. SHA256.HashData(data)];
        return reader.IsAtEnd && Verify(kind, ref key, kind, value, signed);
    }

    private static byte[]? TryDecode(string kind, string text)
    {
        var key = new byte[text.Length];
        try
        {
            return Convert.TryFromBase64String(text, key, out var length) && new SshReader(key.AsSpan(0, length)).Text() == kind ? key[..length] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static void Skip(string kind, ref SshReader key)
    {
        key.Bytes();
        if (kind != Ed25519)
        {
            key.Bytes();
        }
    }

    private static bool Verify(string kind, ref SshReader key, string algorithm, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data)
    {
        try
        {
            return kind switch
            {
                Rsa => VerifyRsa(ref key, algorithm, signature, data),
                Ed25519 => algorithm == kind && VerifyEd25519(key.Bytes(), signature, data),
                _ when kind.StartsWith(EcdsaPrefix, StringComparison.Ordinal) => algorithm == kind && VerifyEcdsa(ref key, signature, data),
                _ => false,
            };
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            return false; // numbers that are none of its kind
        }
    }

    private static bool VerifyRsa(ref SshReader key, string algorithm, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data)
    {
        var exponent = key.Integer();
        using var rsa = RSA.Create(new RSAParameters { Exponent = exponent, Modulus = key.Integer() });
        return algorithm switch
        {
            "rsa-sha2-256" => rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "rsa-sha2-512" => rsa.VerifyData(data, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            _ => false, // with SHA-1
        };
    }

    private static bool VerifyEd25519(ReadOnlySpan<byte> key, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: false, new Ed25519PublicKeyParameters(key.ToArray()));
        signer.BlockUpdate(data);
        return signer.VerifySignature(signature.ToArray());
    }

    private static bool VerifyEcdsa(ref SshReader key, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> data)
    {
        var (curve, hash, size) = key.Text() switch
        {
            "nistp256" => (ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256, 32),
            "nistp384" => (ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384, 48),
            "nistp521" => (ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512, 66),
            var name => throw new CryptographicException($"curve {name} is not known"),
        };
        var point = key.Bytes();
        if (point.Length != 1 + (2 * size) || point[0] != 4)
        {
            return false;
        }

        var numbers = new SshReader(signature);
        var (r, s) = (numbers.Integer(), numbers.Integer());
        if (r.Length > size || s.Length > size)
        {
            return false;
        }

        using var ecdsa = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = point[1..(size + 1)].ToArray(), Y = point[(size + 1)..].ToArray() } });
        return ecdsa.VerifyData(data, [.. new byte[size - r.Length], .. r, .. new byte[size - s.Length], .. s], hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
