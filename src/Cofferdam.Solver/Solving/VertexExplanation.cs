using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Why a vertex ran, or did not.</summary>
/// <param name="Vertex">The vertex.</param>
/// <param name="Name">Its name.</param>
/// <param name="Outcome">What was decided.</param>
/// <param name="DefinitionKeys">The keys made of the operation and its inputs' identities that were tried.</param>
/// <param name="ContentKeys">The keys made of its inputs' content that were tried; empty where the first kind hit or the operation reads nothing by content.</param>
public sealed record VertexExplanation(Digest Vertex, string Name, VertexOutcome Outcome, ImmutableArray<Digest> DefinitionKeys, ImmutableArray<Digest> ContentKeys)
{
    /// <summary>The digests of the operation.</summary>
    public ImmutableArray<Digest> OperationDigests { get; init; } = [];

    /// <summary>By what it knew its inputs.</summary>
    public ImmutableArray<ExplainedInput> Inputs { get; init; } = [];

    /// <summary>Of a hit the cache it was imported from; null when it is this solver's own.</summary>
    public string? Origin { get; init; }

    /// <summary>Of a vertex that ran for want of a record: those of the vertices it reads for which there was none either. Where it is empty the operation itself is new.</summary>
    public ImmutableArray<Digest> NewInputs { get; init; } = [];
}
