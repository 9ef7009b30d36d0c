using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;

namespace Cofferdam.Engine;

/// <summary>A signature of OpenPGP, version 4, with what it says in the part that is signed (RFC 9580, 5.2).</summary>
internal sealed class OpenPgpSignature(SignaturePacket packet)
{
    public const int Binary = 0x00;
    public const int Text = 0x01;
    public const int DirectKey = 0x1f;
    public const int KeyRevocation = 0x20;
    public const int SubkeyBinding = 0x18;
    public const int PrimaryKeyBinding = 0x19;
    public const int SubkeyRevocation = 0x28;
    public const int IdentityRevocation = 0x30;

    private const byte MaySign = 0x02;
    private const byte KeyCompromised = 0x02;

    // What a signature says and must be understood; others matter only where they are not marked so.
    private static readonly HashSet<SignatureSubpacketTag> _understood =
    [
        SignatureSubpacketTag.CreationTime, SignatureSubpacketTag.ExpireTime, SignatureSubpacketTag.Exportable, SignatureSubpacketTag.KeyExpireTime, SignatureSubpacketTag.PreferredSymmetricAlgorithms,
        SignatureSubpacketTag.IssuerKeyId, SignatureSubpacketTag.PreferredHashAlgorithms, SignatureSubpacketTag.PreferredCompressionAlgorithms, SignatureSubpacketTag.PrimaryUserId,
        SignatureSubpacketTag.PolicyUrl, SignatureSubpacketTag.KeyFlags, SignatureSubpacketTag.SignerUserId, SignatureSubpacketTag.RevocationReason, SignatureSubpacketTag.Features,
        SignatureSubpacketTag.EmbeddedSignature, SignatureSubpacketTag.IssuerFingerprint,
    ];

    private readonly SignatureSubpacket[] _said = packet.Version == 4 ? packet.GetHashedSubPackets() : [];

    public int Type => packet.SignatureType;

    /// <summary>The number of the key that it says it was made with.</summary>
    public long KeyId => packet.KeyId;

    /// <summary>That number as it is shown.</summary>
    public string Issuer => KeyId.ToString("X16", CultureInfo.InvariantCulture);

    public PublicKeyAlgorithmTag Algorithm => packet.KeyAlgorithm;

    /// <summary>Whether all of it is understood that must be.</summary>
    public bool IsUnderstood => packet.Version == 4 && Find(SignatureSubpacketTag.CreationTime) is { Length: 4 } && _said.All(static said => !said.IsCritical() || _understood.Contains(said.SubpacketType));

    public DateTimeOffset Created => DateTimeOffset.FromUnixTimeSeconds(Number(SignatureSubpacketTag.CreationTime));

    /// <summary>How long the key that it is about is good; null is forever.</summary>
    public TimeSpan? KeyLifetime => Number(SignatureSubpacketTag.KeyExpireTime) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Whether it lets the key that it is about sign.</summary>
    public bool LetsSign => Find(SignatureSubpacketTag.KeyFlags) is [var flags, ..] && (flags & MaySign) != 0;

    public bool IsOfPrimaryIdentity => Find(SignatureSubpacketTag.PrimaryUserId) is [not 0, ..];

    /// <summary>Whether it revokes since the key is in other hands: then nothing that it signed is good.</summary>
    public bool IsForCompromise => Find(SignatureSubpacketTag.RevocationReason) is [KeyCompromised, ..];

    /// <summary>The signature inside that a subkey made of its primary key. It need not be in the part that is signed: it stands for itself.</summary>
    public OpenPgpSignature? Embedded => (_said.Length == 0 ? [] : _said.Concat(packet.GetUnhashedSubPackets() ?? []))
        .FirstOrDefault(static said => said.SubpacketType == SignatureSubpacketTag.EmbeddedSignature)?.GetData() is { } body && OpenPgpPackets.ReadSignature(body) is { } inner ? new OpenPgpSignature(inner) : null;

    /// <summary>The name of its hash; null for one that is not known.</summary>
    public HashAlgorithmName? Hash => packet.HashAlgorithm switch
    {
        HashAlgorithmTag.Sha1 => HashAlgorithmName.SHA1,
        HashAlgorithmTag.Sha256 => HashAlgorithmName.SHA256,
        HashAlgorithmTag.Sha384 => HashAlgorithmName.SHA384,
        HashAlgorithmTag.Sha512 => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>Whether its own time is over, or has not come.</summary>
    public bool IsExpired(DateTimeOffset time) => Created > time || (Number(SignatureSubpacketTag.ExpireTime) is > 0 and var seconds && time > Created.AddSeconds(seconds));

    /// <summary>Whether a key made it of some bytes.</summary>
    public bool IsBy(OpenPgpKey key, params ReadOnlySpan<byte[]> content)
    {
        if (!IsUnderstood || Hash is not { } name)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(name);
        foreach (var part in content)
        {
            hash.AppendData(part);
        }

        return IsBy(key, hash);
    }

    /// <summary>Whether a key made it of what a hash was fed with; the hash is used up.</summary>
    public bool IsBy(OpenPgpKey key, IncrementalHash content)
    {
        content.AppendData(packet.GetSignatureTrailer());
        return packet.GetSignature() is { } numbers && key.Verify(Algorithm, content.GetHashAndReset(), Hash!.Value, numbers);
    }

    private byte[]? Find(SignatureSubpacketTag tag) => _said.FirstOrDefault(said => said.SubpacketType == tag)?.GetData();

    private uint Number(SignatureSubpacketTag tag) => Find(tag) is { Length: sizeof(uint) } data ? BinaryPrimitives.ReadUInt32BigEndian(data) : 0;
}
