using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Something that happened in a build, in the form of BuildKit's status stream.</summary>
/// <param name="Vertex">The vertex it happened to.</param>
public abstract record ProgressEvent(Digest Vertex)
{
    /// <summary>A vertex appeared, started or ended. Sent again with more fields set as it goes on.</summary>
    public sealed record VertexChanged(Digest Vertex) : ProgressEvent(Vertex)
    {
        /// <summary>What users see.</summary>
        public required string Name { get; init; }

        /// <summary>The digests of the vertices it reads.</summary>
        public ImmutableArray<Digest> Inputs { get; init; } = [];

        /// <summary>Whether the result came from the cache.</summary>
        public bool IsCached { get; init; }

        /// <summary>When it started; null before.</summary>
        public DateTimeOffset? Started { get; init; }

        /// <summary>When it ended; null before.</summary>
        public DateTimeOffset? Completed { get; init; }

        /// <summary>Why it failed; null when it did not.</summary>
        public string? Error { get; init; }

        /// <summary>The group it is shown in.</summary>
        public ProgressGroup? Group { get; init; }
    }

    /// <summary>A part of a vertex's work went on.</summary>
    public sealed record StatusChanged(Digest Vertex, string Id, string Name, long Current, long Total, DateTimeOffset Time, DateTimeOffset Started, DateTimeOffset? Completed)
        : ProgressEvent(Vertex);

    /// <summary>A vertex wrote to its log.</summary>
    public sealed record LogWritten(Digest Vertex, int Stream, ReadOnlyMemory<byte> Data, DateTimeOffset Time) : ProgressEvent(Vertex);

    /// <summary>A vertex has something to say to the user.</summary>
    public sealed record Warned(Digest Vertex, BuildWarning Warning) : ProgressEvent(Vertex);
}
