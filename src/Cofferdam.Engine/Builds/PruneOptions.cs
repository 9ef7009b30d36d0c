using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>What may be removed. Limits of 0 are none.</summary>
public sealed record PruneOptions
{
    /// <summary>Which records are concerned, as <see cref="DiskFilter"/> reads them; none is all.</summary>
    public ImmutableArray<string> Filters { get; init; } = [];

    /// <summary>Whether internal and frontend records are removed too.</summary>
    public bool All { get; init; }

    /// <summary>Keeps what was used within that time.</summary>
    public TimeSpan KeepDuration { get; init; }

    /// <summary>Bytes that are always left to the cache.</summary>
    public long ReservedSpace { get; init; }

    /// <summary>Bytes above which the cache is cut.</summary>
    public long MaxUsedSpace { get; init; }

    /// <summary>Bytes of the disk that are to be free.</summary>
    public long MinFreeSpace { get; init; }
}
