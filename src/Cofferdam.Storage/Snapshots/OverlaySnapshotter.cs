using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>Layers as directories, stacked with overlayfs.</summary>
public sealed class OverlaySnapshotter : ISnapshotter, IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Whatever the daemon's umask is: users in a step must get past the root.
    private const UnixFileMode RootMode =
        OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _layers;
    private readonly string _active;
    private readonly SyncPoints? _syncPoints;
    private readonly TimeProvider _timeProvider;
    private readonly Trash _trash;
    private readonly SharedMounts _mounts;
    private readonly LayerUseCounts _uses = new();
    private readonly ConcurrentDictionary<LayerId, long> _committed = new();

    private OverlaySnapshotter(string root, SyncPoints? syncPoints, TimeProvider timeProvider, TimeSpan keepMounted)
    {
        (_syncPoints, _timeProvider) = (syncPoints, timeProvider);
        _layers = MakeDirectory(root, "layers");
        _active = MakeDirectory(root, "active");
        _trash = new Trash(MakeDirectory(root, "trash"));
        _mounts = new SharedMounts(MakeDirectory(root, "run/mounts"), timeProvider, keepMounted);
    }

    /// <inheritdoc/>
    public string Name => "overlayfs";

    /// <summary>Opens the layers under a directory: undoes stale mounts, throws away what was being written, and layers that a loss of power may have damaged.</summary>
    /// <param name="root">The directory; <c>layers/</c>, <c>active/</c>, <c>trash/</c> and <c>run/mounts/</c> in it are the snapshotter's own.</param>
    /// <param name="syncPoints">Tells which layers are suspect; null when none may be, as in a directory that lives only as long as the process.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="keepMounted">How long a file system stays mounted after its last use; null for five seconds.</param>
    public static OverlaySnapshotter Open(string root, SyncPoints? syncPoints, TimeProvider timeProvider, TimeSpan? keepMounted = null)
    {
        root = Path.GetFullPath(root);
        foreach (var directory in (string[])["layers", "active", "trash", "run/mounts"])
        {
            Mounts.DetachBelow(Path.Combine(root, directory));
        }

        var snapshotter = new OverlaySnapshotter(root, syncPoints, timeProvider, keepMounted ?? TimeSpan.FromSeconds(5));
        snapshotter.Recover();
        return snapshotter;
    }

    /// <inheritdoc/>
    public ValueTask<IActiveLayer> PrepareAsync(Snapshot parent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lowers = _uses.Add(parent, GetDirectories);
        try
        {
            var directory = Path.Combine(_active, NewName());
            var upper = Directory.CreateDirectory(Path.Combine(directory, "fs"));
            if (lowers.Length > 0)
            {
                // The upper directory's own attributes are those of the merged root.
                RootAttributes.Copy(lowers[0], upper.FullName);
            }
            else
            {
                File.SetUnixFileMode(upper.FullName, RootMode);
            }

            return ValueTask.FromResult<IActiveLayer>(new OverlayActiveLayer(this, parent, lowers, directory));
        }
        catch
        {
            _uses.Remove(parent);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IActiveLayer?> ReopenAsync(LayerId layer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var directory = Path.Combine(_active, NewName());
        var isTaken = false;
        _uses.RunUnlessUsed(layer, () =>
        {
            if (Exists(layer))
            {
                _mounts.Evict(layer);
                Directory.Move(Path.Combine(_layers, layer.Value), directory);
                _committed.TryRemove(layer, out _);
                Directory.CreateDirectory(Path.Combine(directory, "work"));
                isTaken = true;
            }
        });
        return ValueTask.FromResult<IActiveLayer?>(isTaken ? new OverlayActiveLayer(this, Snapshot.Scratch, [], directory) : null);
    }

    /// <inheritdoc/>
    public ValueTask<IMountedSnapshot> MountAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var directories = _uses.Add(snapshot, GetDirectories);
        try
        {
            var path = directories.Length == 1 ? directories[0] : _mounts.Acquire(snapshot, directories);
            return ValueTask.FromResult<IMountedSnapshot>(new MountedSnapshot(path, () =>
            {
                if (directories.Length != 1)
                {
                    _mounts.Release(snapshot);
                }

                _uses.Remove(snapshot);
            }));
        }
        catch
        {
            _uses.Remove(snapshot);
            throw;
        }
    }

    /// <inheritdoc/>
    public string GetLayerDirectory(LayerId layer) =>
        Exists(layer) ? Path.Combine(_layers, layer.Value, "fs") : throw new NotFoundException($"layer {Quote.Text(layer.Value)} is not there");

    /// <inheritdoc/>
    /// <remarks>A directory that somebody removed is noticed.</remarks>
    public bool Exists(LayerId layer)
    {
        if (layer.Value is null || !_committed.ContainsKey(layer))
        {
            return false;
        }

        if (Directory.Exists(PathOf(layer)))
        {
            return true;
        }

        _committed.TryRemove(layer, out _);
        _mounts.Evict(layer);
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask<long> GetSizeAsync(LayerId layer, CancellationToken cancellationToken)
    {
        var directory = GetLayerDirectory(layer);
        if (_committed.TryGetValue(layer, out var known) && known >= 0)
        {
            return known;
        }

        var size = await Task.Run(() => DiskUsage.Of(directory, cancellationToken), cancellationToken);
        _committed.TryUpdate(layer, size, -1);
        return size;
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<LayerId> List() => [.. _committed.Keys];

    /// <inheritdoc/>
    public ValueTask RemoveAsync(LayerId layer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var removed = _uses.RunUnlessUsed(layer, () =>
        {
            if (_committed.ContainsKey(layer))
            {
                _mounts.Evict(layer);
                if (Directory.Exists(Path.Combine(_layers, layer.Value)))
                {
                    _trash.Add(Path.Combine(_layers, layer.Value));
                }

                _committed.TryRemove(layer, out _);
            }
        });

        return removed
            ? ValueTask.CompletedTask
            : throw new ConflictException($"cannot remove layer {Quote.Text(layer.Value)}: it is in use");
    }

    /// <summary>Waits until everything thrown away is deleted.</summary>
    public Task EmptyTrashAsync(CancellationToken cancellationToken) => _trash.EmptyAsync(cancellationToken);

    /// <summary>Unmounts everything. What is still in the trash is deleted by the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _mounts.DisposeAsync();
        await _trash.DisposeAsync();
    }

    /// <summary>Gives an active layer's directory its name; returns false where the name is taken.</summary>
    internal bool TryPublish(string directory, LayerId name)
    {
        CheckName(name);
        if (Exists(name))
        {
            return false;
        }

        var target = Path.Combine(_layers, name.Value);
        if (Directory.Exists(target) && !Directory.Exists(PathOf(name)))
        {
            _trash.Add(target); // what is left of one that somebody removed
        }

        _syncPoints?.Note();
        Directory.SetLastWriteTimeUtc(directory, _timeProvider.GetUtcNow().UtcDateTime);
        try
        {
            Directory.Move(directory, target);
        }
        catch (IOException) when (Directory.Exists(target) && Directory.Exists(directory))
        {
            return false;
        }

        _committed.TryAdd(name, -1);
        return true;
    }

    /// <summary>Ends an active layer: its parents may be removed again, and what is left of its directory goes.</summary>
    internal void End(Snapshot parent, string directory)
    {
        _uses.Remove(parent);
        if (Directory.Exists(directory))
        {
            _trash.Add(directory);
        }
    }

    private string PathOf(LayerId layer) => Path.Combine(_layers, layer.Value, "fs");

    // Twelve characters of 32: 60 random bits.
    internal static string NewName() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 12);

    private static string MakeDirectory(string root, string name) => Directory.CreateDirectory(Path.Combine(root, name), OwnerOnly).FullName;

    private static void CheckName(LayerId name)
    {
        if (string.IsNullOrEmpty(name.Value) || name.Value is "." or ".." || name.Value.Length > 255 || name.Value.AsSpan().ContainsAny("/\0,"))
        {
            throw new InvalidInputException($"invalid layer name {Quote.Text(name.Value ?? string.Empty)}");
        }
    }

    /// <summary>The layers' directories, highest first.</summary>
    /// <remarks>A merge may name a layer twice, which overlayfs refuses; the higher place hides all that the lower would show.</remarks>
    private string[] GetDirectories(Snapshot snapshot) => [.. snapshot.Layers.Reverse().Distinct().Select(GetLayerDirectory)];

    private void Recover()
    {
        foreach (var directory in Directory.EnumerateDirectories(_active).ToList())
        {
            _trash.Add(directory);
        }

        foreach (var layer in new DirectoryInfo(_layers).EnumerateDirectories().ToList())
        {
            if (_syncPoints?.SuspectSince is { } since && layer.LastWriteTimeUtc > since.UtcDateTime)
            {
                _trash.Add(layer.FullName);
            }
            else
            {
                _committed.TryAdd(new LayerId(layer.Name), -1);
            }
        }

        _trash.AddLeftovers();
    }
}
