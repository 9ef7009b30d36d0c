using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Brings snapshots back by the names of their layers.</summary>
internal sealed class SnapshotResultStore(ILayerProvider provider, ILayerUses uses) : IResultStore
{
    public async ValueTask<IResult?> LoadAsync(string id, CancellationToken cancellationToken)
    {
        if (SnapshotResult.ParseId(id) is not { } snapshot)
        {
            return null;
        }

        // The use is taken first, so that nothing is collected between the look and the return.
        var result = new SnapshotResult(snapshot, uses);
        if (!uses.IsBeingRemoved(snapshot) && await provider.CanProvideAsync(snapshot, cancellationToken))
        {
            return result;
        }

        await result.DisposeAsync();
        return null;
    }
}
