namespace Cofferdam.Engine;

/// <summary>A part of a certificate, an identity or a subkey, with what its primary key says of it.</summary>
/// <param name="key">The subkey; null for an identity.</param>
/// <param name="hashed">How it is fed to hashes.</param>
internal sealed class OpenPgpPart(OpenPgpKey? key, byte[] hashed)
{
    private readonly List<OpenPgpSignature> _revocations = [];

    public OpenPgpKey? Key => key;

    /// <summary>The latest signature that makes it part of the certificate.</summary>
    public OpenPgpSignature? Binding { get; private set; }

    public int Revocations => _revocations.Count;

    /// <summary>Takes a signature that follows it, if it is one of the primary key that is about it.</summary>
    public void Take(OpenPgpSignature signature, OpenPgpKey primary)
    {
        var isBinding = key is null ? signature.Type is >= 0x10 and <= 0x13 : signature.Type == OpenPgpSignature.SubkeyBinding;
        var isRevocation = signature.Type == (key is null ? OpenPgpSignature.IdentityRevocation : OpenPgpSignature.SubkeyRevocation);
        if ((!isBinding && !isRevocation) || signature.KeyId != primary.Id || !signature.IsBy(primary, primary.Hashed, hashed))
        {
            return;
        }

        if (isRevocation)
        {
            _revocations.Add(signature);
        }
        else if (IsOwned(signature, primary) && (Binding is null || signature.Created > Binding.Created))
        {
            Binding = signature;
        }
    }

    /// <summary>Whether it was taken back by a time.</summary>
    public bool IsRevoked(DateTimeOffset time) => _revocations.Any(revocation => revocation.IsForCompromise || !revocation.IsExpired(time));

    // A subkey that signs must say itself that it belongs to the primary key: or anyone could take it for his own.
    private bool IsOwned(OpenPgpSignature binding, OpenPgpKey primary) =>
        key is null || !binding.LetsSign || (binding.Embedded is { Type: OpenPgpSignature.PrimaryKeyBinding } owned && owned.IsBy(key, primary.Hashed, hashed));
}
