using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>Something the daemon keeps on disk (BuildKit's UsageRecord).</summary>
public sealed record DiskRecord
{
    /// <summary>Its identity.</summary>
    public required string Id { get; init; }

    /// <summary>The kind: <c>regular</c>, <c>source.local</c>, <c>source.git.checkout</c>, <c>exec.cachemount</c>, <c>frontend</c> or <c>internal</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Bytes that its removal frees.</summary>
    public long Size { get; init; }

    /// <summary>What it is, for users.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>What it stands on.</summary>
    public ImmutableArray<string> Parents { get; init; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was last used; null for never.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>How often it was used.</summary>
    public int UseCount { get; init; }

    /// <summary>Whether it can still change, as a cache mount.</summary>
    public bool IsMutable { get; init; }

    /// <summary>Whether something uses it now.</summary>
    public bool InUse { get; init; }

    /// <summary>Whether an image uses it besides the cache.</summary>
    public bool IsShared { get; init; }
}
