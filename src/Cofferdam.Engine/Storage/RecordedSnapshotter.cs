using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>A snapshotter whose layers are recorded in the database when they are committed, and forgotten when they are removed.</summary>
internal sealed class RecordedSnapshotter(ISnapshotter snapshotter, LayerTable table, TimeProvider clock) : ISnapshotter
{
    public string Name => snapshotter.Name;

    public async ValueTask<IActiveLayer> PrepareAsync(Snapshot parent, CancellationToken cancellationToken) =>
        new RecordedLayer(await snapshotter.PrepareAsync(parent, cancellationToken), table, clock);

    public async ValueTask<IActiveLayer?> ReopenAsync(LayerId layer, CancellationToken cancellationToken)
    {
        var active = await snapshotter.ReopenAsync(layer, cancellationToken);
        if (active is null)
        {
            return null;
        }

        await table.RemoveAsync([layer], cancellationToken);
        return new RecordedLayer(active, table, clock);
    }

    public ValueTask<IMountedSnapshot> MountAsync(Snapshot snapshot, CancellationToken cancellationToken) => snapshotter.MountAsync(snapshot, cancellationToken);

    public string GetLayerDirectory(LayerId layer) => snapshotter.GetLayerDirectory(layer);

    public bool Exists(LayerId layer) => snapshotter.Exists(layer);

    public ValueTask<long> GetSizeAsync(LayerId layer, CancellationToken cancellationToken) => snapshotter.GetSizeAsync(layer, cancellationToken);

    public IReadOnlyCollection<LayerId> List() => snapshotter.List();

    public async ValueTask RemoveAsync(LayerId layer, CancellationToken cancellationToken)
    {
        await snapshotter.RemoveAsync(layer, cancellationToken);
        await table.RemoveAsync([layer], cancellationToken);
    }

    private sealed class RecordedLayer(IActiveLayer layer, LayerTable table, TimeProvider clock) : IActiveLayer
    {
        public string RootPath => layer.RootPath;

        public string UpperPath => layer.UpperPath;

        public Snapshot Parent => layer.Parent;

        public ValueTask TrimAsync(CancellationToken cancellationToken) => layer.TrimAsync(cancellationToken);

        public async ValueTask<LayerId> CommitAsync(LayerId? name, CancellationToken cancellationToken)
        {
            var id = await layer.CommitAsync(name, cancellationToken);
            var now = clock.GetUtcNow();
            await table.PutAsync(new LayerRecord(id) { Created = now, LastUsed = now, UsageCount = 1 }, cancellationToken);
            return id;
        }

        public ValueTask DisposeAsync() => layer.DisposeAsync();
    }
}
