using System.Collections.Immutable;
using Cofferdam.Engine;

namespace Cofferdam.Daemon;

/// <summary>How garbage is to be collected: <c>gcpolicy</c> and what goes with it in buildkitd.toml.</summary>
public sealed record CollectionSettings
{
    /// <summary>How much the default policies keep; unset is BuildKit's own for the disk.</summary>
    public CollectionLimits Limits { get; init; }

    /// <summary>The policies in order; empty is the default ones.</summary>
    public ImmutableArray<CollectionPolicy> Policies { get; init; } = [];

    /// <summary>What is to be done on a disk of a size in bytes.</summary>
    public ImmutableArray<CollectionPolicy> For(long diskBytes) => Policies.IsEmpty ? CollectionPolicies.Defaults(Limits, diskBytes) : Policies;

    /// <summary>What a file says on top of these.</summary>
    internal CollectionSettings With(IReadOnlyCollection<ConfigurationEntry> entries)
    {
        var settings = this;
        foreach (var entry in entries.Where(entry => entry.Path is ["worker", "oci", _]))
        {
            settings = settings with { Limits = With(settings.Limits, entry) };
        }

        // [[worker.oci.gcpolicy]]: each table is a policy.
        var policies = entries.Where(entry => entry.Path is ["worker", "oci", "gcpolicy", _]).GroupBy(entry => entry.Table)
            .Select(table => table.Aggregate(new CollectionPolicy(), With)).ToImmutableArray();
        return policies.IsEmpty ? settings : settings with { Policies = policies };
    }

    private static CollectionPolicy With(CollectionPolicy policy, ConfigurationEntry entry) => entry.Path[^1] switch
    {
        "all" => policy with { All = entry.Boolean },
        "filters" => policy with { Filters = Filters(entry) },
        "keepDuration" => policy with { KeepDuration = entry.Duration },
        _ => policy with { Limits = With(policy.Limits, entry) },
    };

    private static ImmutableArray<string> Filters(ConfigurationEntry entry)
    {
        entry.Read(() => DiskFilter.Parse(entry.Texts));
        return entry.Texts;
    }

    private static CollectionLimits With(CollectionLimits limits, ConfigurationEntry entry) => entry.Path[^1] switch
    {
        "reservedSpace" or "keepBytes" or "gckeepstorage" => limits with { Reserved = entry.DiskShare },
        "maxUsedSpace" => limits with { MaxUsed = entry.DiskShare },
        "minFreeSpace" => limits with { MinFree = entry.DiskShare },
        _ => limits,
    };
}
