using Cofferdam.Storage;

namespace Cofferdam.UnitTests.Storage.Layers;

/// <summary>Layers as plain directories, without mounts.</summary>
internal sealed class DirectorySnapshotter : ISnapshotter, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coffer-layers-").FullName;
    private int _count;

    public string Name => "directories";

    public string NewDirectory()
    {
        var path = Path.Combine(_root, $"d{Interlocked.Increment(ref _count)}");
        Directory.CreateDirectory(path);
        return path;
    }

    public LayerId Add(Action<string> fill)
    {
        var id = new LayerId($"l{Interlocked.Increment(ref _count)}");
        var path = GetLayerDirectory(id);
        Directory.CreateDirectory(path);
        fill(path);
        return id;
    }

    public ValueTask<IActiveLayer> PrepareAsync(Snapshot parent, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IActiveLayer>(new ActiveLayer(this, NewDirectory(), parent));

    public ValueTask<IMountedSnapshot> MountAsync(Snapshot snapshot, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IMountedSnapshot>(new Mounted(snapshot.Layers.Length == 0 ? NewDirectory() : GetLayerDirectory(snapshot.Layers.Single())));

    public ValueTask<IActiveLayer?> ReopenAsync(LayerId layer, CancellationToken cancellationToken) => ValueTask.FromResult<IActiveLayer?>(null);

    public string GetLayerDirectory(LayerId layer) => Path.Combine(_root, layer.Value);

    public bool Exists(LayerId layer) => Directory.Exists(GetLayerDirectory(layer));

    public ValueTask<long> GetSizeAsync(LayerId layer, CancellationToken cancellationToken) => ValueTask.FromResult(0L);

    public IReadOnlyCollection<LayerId> List() => [];

    public ValueTask RemoveAsync(LayerId layer, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Dispose()
    {
        using (var root = Cofferdam.Linux.RootedDirectory.Open(_root))
        {
            root.RemoveChildren("");
        }

        Directory.Delete(_root);
    }

    private sealed class ActiveLayer(DirectorySnapshotter owner, string path, Snapshot parent) : IActiveLayer
    {
        public string RootPath => path;

        public string UpperPath => path;

        public Snapshot Parent => parent;

        public ValueTask TrimAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<LayerId> CommitAsync(LayerId? name, CancellationToken cancellationToken)
        {
            var id = name ?? new LayerId($"l{Interlocked.Increment(ref owner._count)}");
            Directory.Move(path, owner.GetLayerDirectory(id));
            return ValueTask.FromResult(id);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Mounted(string path) : IMountedSnapshot
    {
        public string RootPath => path;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
