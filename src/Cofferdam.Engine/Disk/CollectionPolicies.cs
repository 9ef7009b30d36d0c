using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>What is collected when nobody says otherwise: BuildKit's default policies and caps (cmd/buildkitd/config/gcpolicy.go).</summary>
public static class CollectionPolicies
{
    private const long Gigabyte = 1_000_000_000;
    private const long ContextBytes = 512_000_000;

    private static readonly ImmutableHashSet<string> Contexts = ["source.local", "exec.cachemount", "source.git.checkout"];

    /// <summary>The policies for a disk of a size in bytes, in the order in which they are to be carried out.</summary>
    public static ImmutableArray<PruneOptions> Defaults(long diskBytes)
    {
        var caps = new PruneOptions
        {
            Matches = _ => true,
            ReservedSpace = Math.Min(diskBytes / 10, 10 * Gigabyte),
            MaxUsedSpace = Math.Min(diskBytes / 10 * 8, 100 * Gigabyte),
            MinFreeSpace = diskBytes / 10 * 2,
        };
        return
        [
            // What is easily had again goes first.
            new PruneOptions { Matches = record => Contexts.Contains(record.Kind), KeepDuration = TimeSpan.FromHours(48), MaxUsedSpace = ContextBytes },
            caps with { KeepDuration = TimeSpan.FromDays(60) },
            caps with { Matches = record => !record.IsShared },
            caps with { All = true },
        ];
    }
}
