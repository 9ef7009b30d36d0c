namespace Cofferdam.Engine;

/// <summary>How a git source must be signed (BuildKit source/git).</summary>
internal sealed record GitSignatureOptions
{
    /// <summary>Keys of OpenPGP, armored, or one of ssh.</summary>
    public string PublicKey { get; init; } = string.Empty;

    /// <summary>Whether keys of OpenPGP must be good now, not just when they signed.</summary>
    public bool RejectsExpired { get; init; }

    /// <summary>Whether it must be a tag that is signed.</summary>
    public bool RequiresSignedTag { get; init; }

    /// <summary>Whether the commit must be signed, whatever the tag is.</summary>
    public bool IgnoresSignedTag { get; init; }
}
