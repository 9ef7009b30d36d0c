using System.Buffers.Binary;
using Cofferdam.Model;
using Org.BouncyCastle.Bcpg;

namespace Cofferdam.Engine;

/// <summary>A primary key with its identities and subkeys, as far as it says itself that they are its own.</summary>
internal sealed class OpenPgpCertificate
{
    private const int LeastRsaBits = 2048; // BuildKit util/pgpsign

    private readonly OpenPgpKey _primary;
    private readonly List<OpenPgpPart> _identities = [];
    private readonly List<OpenPgpPart> _subkeys = [];
    private readonly List<OpenPgpSignature> _revocations = [];

    private OpenPgpCertificate(OpenPgpKey primary) => _primary = primary;

    // The one that says it is, else the latest; one that was taken back comes last.
    private OpenPgpPart? Identity => _identities
        .Where(static identity => identity.Binding is not null)
        .OrderBy(static identity => identity.Revocations)
        .ThenByDescending(static identity => identity.Binding!.IsOfPrimaryIdentity)
        .ThenByDescending(static identity => identity.Binding!.Created)
        .FirstOrDefault();

    /// <summary>All certificates of a text of armored blocks.</summary>
    public static List<OpenPgpCertificate> ReadAll(string text)
    {
        var certificates = new List<OpenPgpCertificate>();
        foreach (var block in ArmoredBlock.ReadAll(text))
        {
            if (block.Label is not ("PGP PUBLIC KEY BLOCK" or "PGP PRIVATE KEY BLOCK"))
            {
                throw new SignatureException($"a block {Quote.Text(block.Label)} is among the public keys");
            }

            Read(OpenPgpPackets.Read(block.Content), certificates);
        }

        return certificates.Count > 0 ? certificates : throw new SignatureException("there is no public key of OpenPGP to verify it with");
    }

    /// <summary>The key of it that made a signature; null where none may have.</summary>
    public OpenPgpPart? FindSigner(OpenPgpSignature signature)
    {
        if (signature.KeyId == _primary.Id)
        {
            return Identity is { Binding.LetsSign: true } ? new OpenPgpPart(_primary, _primary.Hashed) : null;
        }

        return _subkeys.FirstOrDefault(subkey => subkey.Key!.Id == signature.KeyId && subkey.Binding is { LetsSign: true });
    }

    /// <summary>Throws where a signature that one of its keys made is not good, be it for its time or what became of the key.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="signer">What <see cref="FindSigner"/> gave.</param>
    /// <param name="time">When all of it must be good.</param>
    public void Check(OpenPgpSignature signature, OpenPgpPart signer, DateTimeOffset time)
    {
        var identity = Identity ?? throw new SignatureException("the key has no identity");
        if (_revocations.Count > 0 || identity.IsRevoked(time) || (signer.Binding is not null && signer.IsRevoked(time)))
        {
            throw new SignatureException("the key was revoked");
        }

        if (IsExpired(_primary, identity.Binding!, time) || (signer.Binding is { } binding && IsExpired(signer.Key!, binding, time)))
        {
            throw new SignatureException("the key has expired");
        }

        if (signature.IsExpired(time))
        {
            throw new SignatureException("it has expired");
        }

        if (_primary.RsaBits < LeastRsaBits || signer.Key!.RsaBits < LeastRsaBits)
        {
            throw new SignatureException($"its RSA key is shorter than {LeastRsaBits} bits");
        }
    }

    // What the key says of itself last counts, also where it said so after it signed.
    private static bool IsExpired(OpenPgpKey key, OpenPgpSignature binding, DateTimeOffset time) =>
        key.Created > time || (binding.KeyLifetime is { } lifetime && time > key.Created + lifetime) || binding.IsExpired(time > binding.Created ? time : binding.Created);

    private static void Read(List<Packet> packets, List<OpenPgpCertificate> certificates)
    {
        OpenPgpCertificate? current = null;
        OpenPgpPart? part = null;
        foreach (var packet in packets)
        {
            switch (packet)
            {
                case SecretSubkeyPacket { PublicKeyPacket: var subkey }:
                    part = current?.AddSubkey(subkey);
                    break;
                case PublicSubkeyPacket subkey:
                    part = current?.AddSubkey(subkey);
                    break;
                case PublicKeyPacket or SecretKeyPacket:
                    part = null;
                    var key = packet as PublicKeyPacket ?? ((SecretKeyPacket)packet).PublicKeyPacket;
                    current = OpenPgpKey.IsKnown(key) ? new OpenPgpCertificate(new OpenPgpKey(key)) : null;
                    certificates.AddRange(current is null ? [] : [current]);
                    break;
                case UserIdPacket identity:
                    part = current?.AddIdentity(identity.GetRawId());
                    break;
                case SignaturePacket signature:
                    current?.Take(new OpenPgpSignature(signature), part);
                    break;
                case UserAttributePacket:
                    part = null; // a picture; what is signed of it says nothing here
                    break;
            }
        }
    }

    private OpenPgpPart? AddSubkey(PublicKeyPacket packet)
    {
        if (!OpenPgpKey.IsKnown(packet))
        {
            return null;
        }

        var key = new OpenPgpKey(packet);
        var part = new OpenPgpPart(key, key.Hashed);
        _subkeys.Add(part);
        return part;
    }

    private OpenPgpPart AddIdentity(byte[] name)
    {
        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)name.Length);
        var part = new OpenPgpPart(null, [0xb4, .. length, .. name]);
        _identities.Add(part);
        return part;
    }

    private void Take(OpenPgpSignature signature, OpenPgpPart? part)
    {
        if (signature.Type == OpenPgpSignature.KeyRevocation && signature.IsBy(_primary, _primary.Hashed))
        {
            _revocations.Add(signature);
        }

        part?.Take(signature, _primary);
    }
}
