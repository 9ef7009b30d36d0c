using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>An output of a build as others may find it: by its operation and by what it was made of.</summary>
/// <param name="Digest">The digest of the operation and the output, or of content that was read.</param>
/// <param name="Inputs">For each input the records by which it is known, at least one.</param>
public sealed record ExportedRecord(Digest Digest, ImmutableArray<ImmutableArray<ExportedInput>> Inputs)
{
    /// <summary>The result by which <see cref="IResultStore"/> has it; null where it is not known.</summary>
    public string? ResultId { get; init; }

    /// <summary>When the result was made.</summary>
    public DateTimeOffset Created { get; init; }
}
