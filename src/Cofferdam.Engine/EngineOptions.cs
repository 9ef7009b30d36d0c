using System.Collections.Immutable;
using Cofferdam.Registry;

namespace Cofferdam.Engine;

/// <summary>How an engine is to work.</summary>
public sealed record EngineOptions
{
    /// <summary>The state directory.</summary>
    public required string Root { get; init; }

    /// <summary>The version clients are told.</summary>
    public required string Version { get; init; }

    /// <summary>What builds may be granted; as BuildKit's daemon, nothing by default.</summary>
    public ImmutableHashSet<string> AllowedEntitlements { get; init; } = [];

    /// <summary>How many steps of all builds run at once at most; null is the solver's own limit.</summary>
    public int? MaxParallelism { get; init; }

    /// <summary>By what policies garbage is collected, as clients are told.</summary>
    public Func<ImmutableArray<PruneOptions>> Collection { get; init; } = () => [];

    /// <summary>What happens when a secret would leave a build whose client says nothing of it, as docker buildx: <c>warn</c>, <c>enforce</c> or <c>off</c>.</summary>
    public string UnaskedSeal { get; init; } = "warn";

    /// <summary>Which devices steps can ask for.</summary>
    public DeviceOptions Devices { get; init; } = new();

    /// <summary>Which frontends run.</summary>
    public FrontendSettings Frontends { get; init; } = new();

    /// <summary>How registries are reached.</summary>
    public RegistryOptions Registry { get; init; } = new();
}
