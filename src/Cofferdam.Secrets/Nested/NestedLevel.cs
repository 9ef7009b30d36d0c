namespace Cofferdam.Secrets.Nested;

/// <summary>A stream within streams: its path, how many archives it is in, and where it lies in the one around it when it is stored there as it is.</summary>
internal sealed record NestedLevel(string Path, int Depth, NestedLevel? Around, long? StoredAt)
{
    /// <summary>Matches of this level that were told of what is stored in it.</summary>
    internal HashSet<SecretMatch> Told { get; } = [];

    /// <summary>Something in this one.</summary>
    internal NestedLevel Inside(string name, long? storedAt) => new($"{Path}!{EntryName.Clean(name)}", Depth + 1, this, storedAt);
}
