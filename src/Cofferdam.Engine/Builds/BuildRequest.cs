using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>A build as a client asks for it (BuildKit's Control.Solve), in today's form: legacy fields are already folded in.</summary>
public sealed record BuildRequest
{
    /// <summary>The client's name of the build; one that is active cannot be used again.</summary>
    public required string Ref { get; init; }

    /// <summary>The id of the client's session; empty when it has none.</summary>
    public string SessionId { get; init; } = string.Empty;

    /// <summary>What the build is granted, for example <c>network.host</c>.</summary>
    public ImmutableHashSet<string> Entitlements { get; init; } = [];

    /// <summary>Whether it is a client's probe, not to be listed in the history.</summary>
    public bool IsInternal { get; init; }

    /// <summary>What is made of the result, in the client's order.</summary>
    public ImmutableArray<ExporterSpec> Exporters { get; init; } = [];

    /// <summary>Where cache is looked for besides the daemon's own.</summary>
    public ImmutableArray<CacheSpec> CacheImports { get; init; } = [];

    /// <summary>Where cache is written to.</summary>
    public ImmutableArray<CacheSpec> CacheExports { get; init; } = [];

    /// <summary>Options of the frontend as the client gave them; also what provenance and history tell.</summary>
    public ImmutableDictionary<string, string> FrontendAttributes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The source policy as protobuf (moby.buildkit.v1.sourcepolicy.Policy); empty is none.</summary>
    public ReadOnlyMemory<byte> SourcePolicy { get; init; }
}
