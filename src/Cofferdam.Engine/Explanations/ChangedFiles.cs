using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>What differed in a client's directory from the transfer before.</summary>
/// <param name="Paths">Some of the paths, as they came.</param>
/// <param name="Count">How many there were.</param>
internal sealed record ChangedFiles(ImmutableArray<string> Paths, int Count)
{
    /// <summary>How many paths are kept.</summary>
    public const int Kept = 5;

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Paths) + (Count > Paths.Length ? $" and {Count - Paths.Length} more" : string.Empty);
}
