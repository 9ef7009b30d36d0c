using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Stacks file systems (LLB MergeOp): later inputs lie over earlier ones. Nothing is copied.</summary>
internal sealed class MergeOperation(MergeOp merge, ILayerUses uses) : IOperation
{
    public bool HasKeyAtHand => true;

    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken) => 
        ValueTask.FromResult(OperationKey.Of(OperationDigests.Of(merge)));

    public Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var layers = inputs.SelectMany(input => ((SnapshotResult)input).Snapshot.Layers);
        return Task.FromResult<IReadOnlyList<IResult>>([new SnapshotResult(new Snapshot([.. layers]), uses)]);
    }
}
