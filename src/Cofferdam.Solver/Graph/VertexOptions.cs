using System.Collections.Immutable;

namespace Cofferdam.Solver;

/// <summary>What is known of a vertex besides its operation.</summary>
public sealed record VertexOptions
{
    /// <summary>What users see, for example <c>[stage 2/5] RUN make</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the cache is not asked for this vertex (BuildKit OpMetadata.ignore_cache); its result is still recorded.</summary>
    public bool IgnoreCache { get; init; }

    /// <summary>The description map of the definition, passed on as it is.</summary>
    public IReadOnlyDictionary<string, string> Description { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The group of vertices users see as one, if any.</summary>
    public ProgressGroup? ProgressGroup { get; init; }

    /// <summary>What builds must have in common to share the vertex while it runs, for example how it is run; null for most. Keys of its records are the operation's own matter.</summary>
    public string? Distinction { get; init; }

    /// <summary>Whether the vertex has parts in an exported cache; null follows the exporter's mode.</summary>
    public bool? ExportCache { get; init; }
}
