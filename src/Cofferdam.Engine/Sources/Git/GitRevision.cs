namespace Cofferdam.Engine;

/// <summary>What a reference of a repository is at.</summary>
/// <param name="Object">The hash of what it names: a commit, or an annotated tag.</param>
/// <param name="Commit">The hash of the commit; that of the object where it is not known to be a tag.</param>
/// <param name="Reference">The reference's whole name, <c>HEAD</c>, or the hash itself where it was asked for.</param>
internal sealed record GitRevision(string Object, string Commit, string Reference)
{
    public bool IsTag => Object != Commit;

    /// <summary>Whether the hash itself was asked for.</summary>
    public bool IsByHash => GitSourceOptions.IsHash(Reference);
}
