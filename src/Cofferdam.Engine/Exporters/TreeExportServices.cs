using Cofferdam.Storage;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>What exporters of plain files are made with.</summary>
internal sealed record TreeExportServices(ISnapshotter Snapshotter, ILayerProvider Layers)
{
    /// <summary>The layers of a result.</summary>
    public LayerHolders HoldersOf(PlatformResult result) => LayerHolders.Of(Snapshotter, result.Snapshot);

    /// <summary>Mounts a result so that its files can be read.</summary>
    public async Task<IMountedSnapshot> MountAsync(ExportRequest request, PlatformResult result, CancellationToken cancellationToken)
    {
        await Layers.EnsureAsync(result.Snapshot, request.Jobs, request.Progress, cancellationToken);
        return await Snapshotter.MountAsync(result.Snapshot, cancellationToken);
    }
}
