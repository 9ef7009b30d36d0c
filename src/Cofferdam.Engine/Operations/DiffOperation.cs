using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What turns one file system into another (LLB DiffOp), where the other was made from the one: the layers that came on top.</summary>
/// <param name="diff">Which inputs are there; a lower one that is not is the empty root.</param>
/// <param name="uses">Counts the result's layers.</param>
internal sealed class DiffOperation(DiffOp diff, ILayerUses uses) : IOperation
{
    public bool HasKeyAtHand => true;

    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(OperationKey.Of(OperationDigests.Of(diff)));

    public Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var lower = diff.Lower.Input >= 0 ? ((SnapshotResult)inputs[0]).Snapshot : Snapshot.Scratch;
        var upper = diff.Upper.Input >= 0 ? ((SnapshotResult)inputs[^1]).Snapshot : Snapshot.Scratch;
        if (!upper.Layers.AsSpan().StartsWith(lower.Layers.AsSpan()))
        {
            throw new UnsupportedException("diff of two file systems of which the upper was not made from the lower is not supported yet");
        }

        return Task.FromResult<IReadOnlyList<IResult>>([new SnapshotResult(new Snapshot(upper.Layers[lower.Layers.Length..]), uses)]);
    }
}
