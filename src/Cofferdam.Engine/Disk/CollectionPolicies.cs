using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>By what rules garbage is collected.</summary>
public static class CollectionPolicies
{
    /// <summary>What is collected when nobody says otherwise: BuildKit's default policies (cmd/buildkitd/config/gcpolicy.go), in the order in which they are to be carried out.</summary>
    /// <param name="limits">How much may be kept; unset is BuildKit's own for the disk.</param>
    /// <param name="diskBytes">The size of the disk.</param>
    public static ImmutableArray<CollectionPolicy> Defaults(CollectionLimits limits, long diskBytes)
    {
        var caps = limits.IsUnset ? CollectionLimits.Defaults(diskBytes) : limits;
        return
        [
            // What is easily had again goes first.
            new CollectionPolicy
            {
                Filters = ["type==source.local", "type==exec.cachemount", "type==source.git.checkout"],
                KeepDuration = TimeSpan.FromHours(48),
                Limits = new CollectionLimits { MaxUsed = new DiskShare(512_000_000) },
            },
            new CollectionPolicy { KeepDuration = TimeSpan.FromDays(60), Limits = caps },
            new CollectionPolicy { Limits = caps },
            new CollectionPolicy { All = true, Limits = caps },
        ];
    }
}
