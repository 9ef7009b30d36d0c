using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Stacks file systems (LLB MergeOp): later inputs lie over earlier ones. Nothing is copied.</summary>
internal sealed class MergeOperation(ILayerUses uses) : IOperation
{
    private static readonly OperationKey Key = OperationKey.Of(Digest.Of("cofferdam.merge.v0"));

    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken) => ValueTask.FromResult(Key);

    public Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var layers = inputs.SelectMany(input => ((SnapshotResult)input).Snapshot.Layers);
        return Task.FromResult<IReadOnlyList<IResult>>([new SnapshotResult(new Snapshot([.. layers]), uses)]);
    }
}
