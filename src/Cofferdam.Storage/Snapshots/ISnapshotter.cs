namespace Cofferdam.Storage;

/// <summary>Keeps layers as directories and mounts stacks of them. Thread-safe. After a crash only committed layers are there.</summary>
public interface ISnapshotter
{
    /// <summary>The name of the way it works, for example <c>overlayfs</c>.</summary>
    string Name { get; }

    /// <summary>Begins a writable layer over a file system.</summary>
    ValueTask<IActiveLayer> PrepareAsync(Snapshot parent, CancellationToken cancellationToken);

    /// <summary>Takes a committed layer without parents back for writing; under its old name it is gone, also when the new one is not committed.</summary>
    /// <returns>Null when the layer is not there or something uses it.</returns>
    ValueTask<IActiveLayer?> ReopenAsync(LayerId layer, CancellationToken cancellationToken);

    /// <summary>Mounts a file system read-only and returns where. The same file system may be mounted many times; disposing undoes one.</summary>
    /// <remarks>A file system of one layer is that layer's directory itself: whoever asks must not write.</remarks>
    ValueTask<IMountedSnapshot> MountAsync(Snapshot snapshot, CancellationToken cancellationToken);

    /// <summary>The directory that holds just what a committed layer changes, in the snapshotter's own form of whiteouts. Throws <see cref="Model.NotFoundException"/>.</summary>
    string GetLayerDirectory(LayerId layer);

    /// <summary>Whether a committed layer is there.</summary>
    bool Exists(LayerId layer);

    /// <summary>Bytes on disk of a committed layer; computed once, then remembered.</summary>
    ValueTask<long> GetSizeAsync(LayerId layer, CancellationToken cancellationToken);

    /// <summary>All committed layers.</summary>
    IReadOnlyCollection<LayerId> List();

    /// <summary>Removes a committed layer that nothing uses; one that is not there is no error.</summary>
    ValueTask RemoveAsync(LayerId layer, CancellationToken cancellationToken);
}
