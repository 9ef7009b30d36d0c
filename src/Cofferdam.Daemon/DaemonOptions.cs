namespace Cofferdam.Daemon;

/// <summary>How a daemon is to run.</summary>
public sealed record DaemonOptions
{
    /// <summary>The state directory.</summary>
    public required string Root { get; init; }

    /// <summary>Where to listen: <c>unix:///path</c> or <c>tcp://host:port</c>; never empty.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>How long without a build and a client before it ends by itself; null is never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>What builds may be granted, for example <c>network.host</c>.</summary>
    public System.Collections.Immutable.ImmutableHashSet<string> AllowedEntitlements { get; init; } = ["network.host"];

    /// <summary>Whether garbage is collected in the background.</summary>
    public bool IsCollecting { get; init; } = true;

    /// <summary>By what rules.</summary>
    public CollectionSettings Collection { get; init; } = new();

    /// <summary>How many steps of all builds run at once at most; null is the solver's own limit.</summary>
    public int? MaxParallelism { get; init; }

    /// <summary>What happens when a secret would leave a build whose client says nothing of it, as docker buildx: <c>warn</c>, <c>enforce</c> or <c>off</c>.</summary>
    public string UnaskedSeal { get; init; } = "warn";

    /// <summary>Which devices steps can ask for.</summary>
    public Engine.DeviceOptions Devices { get; init; } = new();

    /// <summary>Which frontends run.</summary>
    public Engine.FrontendSettings Frontends { get; init; } = new();

    /// <summary>How registries are reached.</summary>
    public Registry.RegistryOptions Registry { get; init; } = new();

    /// <summary>Whether to log what only a developer wants to know.</summary>
    public bool Debug { get; init; }
}
