using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What came of a build.</summary>
public sealed record BuildOutcome
{
    /// <summary>What the client is told (BuildKit's ExporterResponse), for example <c>containerimage.digest</c>.</summary>
    public ImmutableSortedDictionary<string, string> Response { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The root descriptors of what was exported, by the exporter's place in the request.</summary>
    public ImmutableDictionary<int, Descriptor> Results { get; init; } = ImmutableDictionary<int, Descriptor>.Empty;

    /// <summary>Predicates that were made, by platform id (empty for the only one); annotation <c>in-toto.io/predicate-type</c> tells which.</summary>
    public ImmutableDictionary<string, ImmutableArray<Descriptor>> Attestations { get; init; } = ImmutableDictionary<string, ImmutableArray<Descriptor>>.Empty;
}
