using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What turns one file system into another (LLB DiffOp), where the other was made from the one: the layers that came on top.</summary>
/// <param name="hasLower">Whether there is a lower input; without one it is the empty root.</param>
/// <param name="hasUpper">Whether there is an upper input.</param>
/// <param name="uses">Counts the result's layers.</param>
internal sealed class DiffOperation(bool hasLower, bool hasUpper, ILayerUses uses) : IOperation
{
    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(OperationKey.Of(Digest.Of($"cofferdam.diff.v0:{hasLower}:{hasUpper}")));

    public Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var lower = hasLower ? ((SnapshotResult)inputs[0]).Snapshot : Snapshot.Scratch;
        var upper = hasUpper ? ((SnapshotResult)inputs[^1]).Snapshot : Snapshot.Scratch;
        if (!upper.Layers.AsSpan().StartsWith(lower.Layers.AsSpan()))
        {
            throw new UnsupportedException("diff of two file systems of which the upper was not made from the lower is not supported yet");
        }

        return Task.FromResult<IReadOnlyList<IResult>>([new SnapshotResult(new Snapshot(upper.Layers[lower.Layers.Length..]), uses)]);
    }
}
