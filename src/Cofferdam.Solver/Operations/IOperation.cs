namespace Cofferdam.Solver;

/// <summary>What a vertex does. The solver asks first for its key, and runs it only when no record is found by any key.</summary>
/// <remarks>An operation is shared by all builds that have the vertex; what it needs of one build it gets from the context.</remarks>
public interface IOperation
{
    /// <summary>Whether it counts among those that run at once. One that waits for other vertices must not.</summary>
    bool TakesSlot => true;

    /// <summary>Whether its key comes at once, by itself: without looking anything up.</summary>
    bool HasKeyAtHand => false;

    /// <summary>What the operation alone contributes to the vertex's cache keys. May look things up (a tag's digest, a git ref); is asked once per build.</summary>
    ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken);

    /// <summary>Does it. <paramref name="inputs"/> stay owned by the caller; the results, one for each output, are the caller's.</summary>
    /// <remarks>When it throws or is cancelled nothing of it remains.</remarks>
    Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken);
}
