using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>A node of a build graph: an operation and the edges it reads. Immutable; equal digests mean equal vertices.</summary>
public sealed class Vertex(Digest digest, IOperation operation, ImmutableArray<Edge> inputs, VertexOptions options)
{
    /// <summary>The digest of the operation with its inputs' digests; what clients know the vertex by.</summary>
    public Digest Digest { get; } = digest;

    /// <summary>What the vertex does.</summary>
    public IOperation Operation { get; } = operation;

    /// <summary>What it reads, in the operation's order.</summary>
    public ImmutableArray<Edge> Inputs { get; } = inputs;

    /// <summary>What is known of the vertex besides its operation; no part of its identity.</summary>
    public VertexOptions Options { get; } = options;

    /// <inheritdoc/>
    public override string ToString() => Options.Name;
}
