using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>Reads files with a private key: OpenSSH's own form, and the PEM forms of OpenSSL.</summary>
internal static class SshKeyFile
{
    private const int MaximumBytes = 100 * 1024; // BuildKit sshprovider
    private const string Ed25519Oid = "1.3.101.112"; // RFC 8410

    /// <summary>Reads a file; throws for one that is no key, or one that only a passphrase opens.</summary>
    public static ISshKey Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaximumBytes)
            {
                throw new InvalidDataException("it is too long for a key");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return Parse(Encoding.UTF8.GetString(bytes));
        }
        catch (Exception error) when (error is InvalidDataException or CryptographicException or ArgumentException or AsnContentException or OverflowException or FormatException)
        {
            throw new InvalidInputException($"offer ssh key {Quote.Text(path)}: {(error is InvalidDataException ? error.Message : "it is no private key")}", error)
            {
                Hint = "name a private key without a passphrase, or add the key to an agent with ssh-add and offer the agent with --ssh default",
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"offer ssh key {Quote.Text(path)}: {error.Message.ToLowerInvariant()}", error);
        }
    }

    /// <summary>Reads a key; throws <see cref="InvalidDataException"/> and what the platform's readers throw.</summary>
    internal static ISshKey Parse(string text)
    {
        var fields = PemEncoding.Find(text);
        var label = text[fields.Label];
        if (label == "ENCRYPTED PRIVATE KEY" || text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw Encrypted();
        }

        var data = Convert.FromBase64String(text[fields.Base64Data]);
        try
        {
            return label switch
            {
                "OPENSSH PRIVATE KEY" => ParseOpenSsh(data),
                "RSA PRIVATE KEY" => FromRsa(rsa => rsa.ImportRSAPrivateKey(data, out _)),
                "EC PRIVATE KEY" => FromCurve(key => key.ImportECPrivateKey(data, out _)),
                "PRIVATE KEY" => ParsePkcs8(data),
                _ => throw new InvalidDataException($"it holds {Quote.Text(label)}, not a private key"),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(data);
        }
    }

    private static InvalidDataException Encrypted() => new("it is protected by a passphrase");

    private static RsaSshKey FromRsa(Action<RSA> import)
    {
        var rsa = RSA.Create();
        import(rsa);
        return new RsaSshKey(rsa);
    }

    private static EcdsaSshKey FromCurve(Action<ECDsa> import)
    {
        var key = ECDsa.Create();
        import(key);
        return new EcdsaSshKey(key);
    }

    private static ISshKey ParsePkcs8(byte[] data)
    {
        var info = new AsnReader(data, AsnEncodingRules.DER).ReadSequence();
        info.ReadInteger();
        var algorithm = info.ReadSequence().ReadObjectIdentifier();
        return algorithm switch
        {
            Ed25519Oid => new Ed25519SshKey(new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString()),
            "1.2.840.113549.1.1.1" => FromRsa(rsa => rsa.ImportPkcs8PrivateKey(data, out _)),
            "1.2.840.10045.2.1" => FromCurve(key => key.ImportPkcs8PrivateKey(data, out _)),
            _ => throw new InvalidDataException($"keys of kind {algorithm} are not supported"),
        };
    }

    // openssh-portable PROTOCOL.key
    private static ISshKey ParseOpenSsh(byte[] data)
    {
        ReadOnlySpan<byte> magic = "openssh-key-v1\0"u8;
        if (!data.AsSpan().StartsWith(magic))
        {
            throw new InvalidDataException("it is no key of OpenSSH");
        }

        var outer = new SshReader(data.AsSpan(magic.Length));
        if (outer.Text() != "none" | outer.Text() != "none" | !outer.Bytes().IsEmpty)
        {
            throw Encrypted();
        }

        if (outer.Number() != 1)
        {
            throw new InvalidDataException("it has not just one key");
        }

        outer.Bytes();
        var inner = new SshReader(outer.Bytes());
        if (inner.Number() != inner.Number())
        {
            throw new InvalidDataException("it is damaged");
        }

        var kind = inner.Text();
        return kind switch
        {
            Ed25519SshKey.Kind => ReadEd25519(ref inner),
            RsaSshKey.Kind => ReadRsa(ref inner),
            _ when kind.StartsWith(EcdsaSshKey.KindPrefix, StringComparison.Ordinal) => ReadCurve(ref inner),
            _ => throw new InvalidDataException($"keys of kind {Quote.Text(kind)} are not supported"),
        };
    }

    private static Ed25519SshKey ReadEd25519(ref SshReader reader)
    {
        const int SeedBytes = 32;
        reader.Bytes();
        var both = reader.Bytes(); // The seed, and the public key again.
        return both.Length == 2 * SeedBytes ? new Ed25519SshKey(both[..SeedBytes]) : throw new InvalidDataException("it is damaged");
    }

    private static RsaSshKey ReadRsa(ref SshReader reader)
    {
        var modulus = reader.Integer();
        var exponent = reader.Integer();
        var d = reader.Integer();
        var inverse = reader.Integer();
        var p = reader.Integer();
        var q = reader.Integer();

        // The platform takes each of the smaller numbers in half the length of the modulus.
        var half = (modulus.Length + 1) / 2;
        return FromRsa(rsa => rsa.ImportParameters(new RSAParameters
        {
            Modulus = modulus,
            Exponent = exponent,
            D = Padded(d, modulus.Length),
            P = Padded(p, half),
            Q = Padded(q, half),
            DP = Padded(Reduce(d, p), half),
            DQ = Padded(Reduce(d, q), half),
            InverseQ = Padded(inverse, half),
        }));
    }

    private static byte[] Reduce(byte[] exponent, byte[] prime) =>
        (new BigInteger(exponent, isUnsigned: true, isBigEndian: true) % (new BigInteger(prime, isUnsigned: true, isBigEndian: true) - 1)).ToByteArray(isUnsigned: true, isBigEndian: true);

    private static EcdsaSshKey ReadCurve(ref SshReader reader)
    {
        var curve = reader.Text() switch
        {
            "nistp256" => ECCurve.NamedCurves.nistP256,
            "nistp384" => ECCurve.NamedCurves.nistP384,
            "nistp521" => ECCurve.NamedCurves.nistP521,
            var name => throw new InvalidDataException($"keys on curve {Quote.Text(name)} are not supported"),
        };
        var point = reader.Bytes().ToArray();
        var length = (point.Length - 1) / 2;
        if (point.Length < 3 || point[0] != 4)
        {
            throw new InvalidDataException("it is damaged");
        }

        var d = reader.Integer();
        return FromCurve(key => key.ImportParameters(new ECParameters { Curve = curve, Q = new ECPoint { X = point[1..(1 + length)], Y = point[(1 + length)..] }, D = Padded(d, length) }));
    }

    private static byte[] Padded(byte[] number, int length) =>
        number.Length >= length ? number : [.. new byte[length - number.Length], .. number];
}
