using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>How one input takes part in a vertex's cache keys.</summary>
/// <param name="Selector">What the operation selects of the input, part of the definition key; null is all of it.</param>
/// <param name="ContentKey">Computes the content identity of just what is read of the input; null where the input is not read by content.
/// It may be slow (it hashes files) and is called at most once per result and selector.</param>
public sealed record InputKey(Digest? Selector = null, Func<IResult, CancellationToken, ValueTask<Digest>>? ContentKey = null)
{
    /// <summary>The whole input, by key alone.</summary>
    public static InputKey Whole { get; } = new();
}
