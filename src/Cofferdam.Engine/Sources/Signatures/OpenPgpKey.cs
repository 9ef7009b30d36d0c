using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Cofferdam.Engine;

/// <summary>A public key of OpenPGP, version 4: RSA, ECDSA or Ed25519, as BuildKit takes them.</summary>
internal sealed class OpenPgpKey
{
    private const int Ed25519Bytes = 32;
    private const byte NativePoint = 0x40;

    private readonly PublicKeyPacket _packet;

    public OpenPgpKey(PublicKeyPacket packet)
    {
        _packet = packet;
        var body = packet.GetEncodedContents();
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)body.Length);
        Hashed = [0x99, .. length, .. body];
        Id = BinaryPrimitives.ReadInt64BigEndian(Fingerprint(Hashed).AsSpan(^sizeof(long)));
        Created = new DateTimeOffset(DateTime.SpecifyKind(packet.GetTime(), DateTimeKind.Utc));
    }

    /// <summary>Whether it is of the one version that is known.</summary>
    public static bool IsKnown(PublicKeyPacket packet) => packet.Version == 4;

    /// <summary>The number that signatures name it by.</summary>
    public long Id { get; }

    public DateTimeOffset Created { get; }

    /// <summary>How it is fed to hashes.</summary>
    public byte[] Hashed { get; }

    /// <summary>Bits of an RSA key; null for others.</summary>
    public int? RsaBits => _packet.Key is RsaPublicBcpgKey rsa ? rsa.Modulus.BitLength : null;

    /// <summary>Whether a signature of a hash was made with it.</summary>
    public bool Verify(PublicKeyAlgorithmTag algorithm, byte[] hash, HashAlgorithmName hashName, MPInteger[] signature)
    {
        try
        {
            return (_packet.Key, algorithm, signature) switch
            {
                (RsaPublicBcpgKey key, PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign, [var number]) => Verify(key, hash, hashName, number),
                (ECDsaPublicBcpgKey key, PublicKeyAlgorithmTag.ECDsa, [var r, var s]) => Verify(key, hash, r, s),
                (EdDsaPublicBcpgKey key, PublicKeyAlgorithmTag.EdDsa_Legacy, [var r, var s]) => Verify(key, hash, r, s),
                _ => false,
            };
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or PlatformNotSupportedException or OverflowException)
        {
            return false; // numbers that are none of its kind
        }
    }

#pragma warning disable CA5350 // the fingerprint of keys of version 4 is made with SHA-1
    private static byte[] Fingerprint(byte[] hashed) => SHA1.HashData(hashed);
#pragma warning restore CA5350

    private static bool Verify(RsaPublicBcpgKey key, byte[] hash, HashAlgorithmName hashName, MPInteger signature)
    {
        var modulus = key.Modulus.ToByteArrayUnsigned();
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = key.PublicExponent.ToByteArrayUnsigned() });
        return rsa.VerifyHash(hash, Padded(signature, modulus.Length), hashName, RSASignaturePadding.Pkcs1);
    }

    private static bool Verify(ECDsaPublicBcpgKey key, byte[] hash, MPInteger r, MPInteger s)
    {
        var point = key.EncodedPoint.ToByteArrayUnsigned();
        var size = (point.Length - 1) / 2;
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromValue(key.CurveOid.Id), Q = new ECPoint { X = point[1..(size + 1)], Y = point[(size + 1)..] } });
        byte[] pair = [.. Padded(r, size), .. Padded(s, size)];
        return ecdsa.VerifyHash(hash, pair, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static bool Verify(EdDsaPublicBcpgKey key, byte[] hash, MPInteger r, MPInteger s)
    {
        const string Ed25519Oid = "1.3.6.1.4.1.11591.15.1";
        var point = key.EncodedPoint.ToByteArrayUnsigned();
        if (key.CurveOid.Id != Ed25519Oid || point.Length != Ed25519Bytes + 1 || point[0] != NativePoint)
        {
            return false;
        }

        var signer = new Ed25519Signer();
        signer.Init(forSigning: false, new Ed25519PublicKeyParameters(point, 1));
        signer.BlockUpdate(hash);
        return signer.VerifySignature([.. Padded(r, Ed25519Bytes), .. Padded(s, Ed25519Bytes)]);
    }

    private static byte[] Padded(MPInteger number, int length)
    {
        var bytes = number.Value.ToByteArrayUnsigned();
        return bytes.Length > length ? throw new ArgumentException("a number of a signature is too long", nameof(number)) : [.. new byte[length - bytes.Length], .. bytes];
    }
}
