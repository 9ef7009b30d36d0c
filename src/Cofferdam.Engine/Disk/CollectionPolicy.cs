using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>One rule by which garbage is collected (BuildKit's <c>gcpolicy</c>).</summary>
public sealed record CollectionPolicy
{
    /// <summary>Whether internal and frontend records are removed too.</summary>
    public bool All { get; init; }

    /// <summary>Which records are concerned, as <see cref="DiskFilter"/> reads them; none is all.</summary>
    public ImmutableArray<string> Filters { get; init; } = [];

    /// <summary>Keeps what was used within that time.</summary>
    public TimeSpan KeepDuration { get; init; }

    /// <summary>How much may be kept.</summary>
    public CollectionLimits Limits { get; init; }

    /// <summary>What it means for a disk of a size in bytes.</summary>
    public PruneOptions On(long diskBytes) => new()
    {
        All = All,
        Filters = Filters,
        KeepDuration = KeepDuration,
        ReservedSpace = Limits.Reserved.Of(diskBytes),
        MaxUsedSpace = Limits.MaxUsed.Of(diskBytes),
        MinFreeSpace = Limits.MinFree.Of(diskBytes),
    };
}
