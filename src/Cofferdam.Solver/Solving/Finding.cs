using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>What is known of an output before anything is run for it.</summary>
/// <param name="Keys">The vertex's keys.</param>
/// <param name="Identity">By what the output is known.</param>
/// <param name="Records">The records found, newest first.</param>
/// <param name="ContentKeys">The content keys that were tried.</param>
internal sealed record Finding(VertexKeys Keys, VertexIdentity Identity, IReadOnlyList<CacheRecord> Records, ImmutableArray<Digest> ContentKeys)
{
    /// <summary>Whether the records, where there are any, were found by content.</summary>
    public bool IsByContent => !ContentKeys.IsEmpty;

    /// <summary>Whether the output has to be made, though it could have been recorded.</summary>
    public bool IsSureToRun => Records.Count == 0 && Identity is { IsStorable: true } or { IsFresh: true };
}
