using System.Collections.Immutable;
using Cofferdam.Linux;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Storage;

/// <summary>A directory in <c>active/</c>: <c>fs</c> receives the changes, <c>work</c> is overlayfs' own, <c>root</c> is where it is mounted.</summary>
internal sealed class OverlayActiveLayer(OverlaySnapshotter snapshotter, Snapshot parent, string[] lowers, string directory) : IActiveLayer
{
    private const string Work = "work";

    private readonly Lock _lock = new(); // guards the fields below
    private string? _mounted;
    private bool _hasWork;
    private bool _ended;

    /// <inheritdoc/>
    public Snapshot Parent => parent;

    /// <inheritdoc/>
    public string UpperPath => Path.Combine(directory, "fs");

    /// <inheritdoc/>
    public string RootPath
    {
        get
        {
            if (lowers.Length == 0)
            {
                return UpperPath;
            }

            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_ended, this);
                return _mounted ??= Mount();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask TrimAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            Unmount();
            RemoveWork();
        }

        if (lowers.Length > 0)
        {
            await Task.Run(() => LayerTrim.Run(UpperPath, lowers, cancellationToken), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask<LayerId> CommitAsync(LayerId? name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            Unmount();
            RemoveWork();

            var layer = name ?? new LayerId(OverlaySnapshotter.NewName());
            snapshotter.TryPublish(directory, layer);
            _ended = true;
            snapshotter.End(parent, directory);
            return ValueTask.FromResult(layer);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _ended = true;
                try
                {
                    Unmount();
                }
                finally
                {
                    snapshotter.End(parent, directory);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    private string Mount()
    {
        var target = Path.Combine(directory, "root");
        Directory.CreateDirectory(target);
        Directory.CreateDirectory(Path.Combine(directory, Work));
        _hasWork = true;
        OverlayMounting.Mount(
            new OverlayMount
            {
                LowerDirectories = ImmutableArray.Create(lowers),
                UpperDirectory = UpperPath,
                WorkDirectory = Path.Combine(directory, Work),
                Volatile = true, // What is not committed is thrown away after a crash; what is, the sync points look after.
            },
            target);
        return target;
    }

    private void Unmount()
    {
        if (_mounted is { } target)
        {
            Mounts.Unmount(target);
            Directory.Delete(target);
            _mounted = null;
        }
    }

    private void RemoveWork()
    {
        if (_hasWork)
        {
            using var root = RootedDirectory.Open(directory);
            root.RemoveTree(Work);
            root.RemoveTree("root"); // Left over where the mount failed.
            _hasWork = false;
        }
    }
}
