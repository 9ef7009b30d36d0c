using Cofferdam.Linux;

namespace Cofferdam.Storage;

/// <summary>Everything that a state directory holds, opened together and cleaned of what a crash left.</summary>
public sealed class LocalStorage : IAsyncDisposable
{
    private readonly SyncPoints _syncPoints;

    private LocalStorage(StateDirectory directory, SyncPoints syncPoints, FileContentStore content, OverlaySnapshotter snapshots, MetadataDatabase database) =>
        (Directory, _syncPoints, Content, Snapshots, Database) = (directory, syncPoints, content, snapshots, database);

    /// <summary>The directory.</summary>
    public StateDirectory Directory { get; }

    /// <summary>The blobs.</summary>
    public FileContentStore Content { get; }

    /// <summary>The layers.</summary>
    public OverlaySnapshotter Snapshots { get; }

    /// <summary>The records. It may name layers and blobs that are gone.</summary>
    public MetadataDatabase Database { get; }

    /// <summary>Opens a state directory. After a loss of power this verifies what was written last; otherwise it is quick.</summary>
    public static async Task<LocalStorage> OpenAsync(string root, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var directory = StateDirectory.Open(root);
        SyncPoints? syncPoints = null;
        OverlaySnapshotter? snapshots = null;
        try
        {
            EmptyRun(directory);
            syncPoints = SyncPoints.Open(directory.SyncPath, timeProvider);
            var content = await FileContentStore.OpenAsync(directory.Root, syncPoints, timeProvider, cancellationToken);
            snapshots = OverlaySnapshotter.Open(directory.Root, syncPoints, timeProvider);
            var database = MetadataDatabase.Open(directory.DatabasePath, timeProvider);
            syncPoints.Confirm();
            return new LocalStorage(directory, syncPoints, content, snapshots, database);
        }
        catch
        {
            await (snapshots?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (syncPoints?.DisposeAsync() ?? ValueTask.CompletedTask);
            directory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Snapshots.DisposeAsync();
        await Database.DisposeAsync();
        await _syncPoints.DisposeAsync();
        Directory.Dispose();
    }

    private static void EmptyRun(StateDirectory directory)
    {
        Mounts.DetachBelow(directory.RunPath);
        using var root = RootedDirectory.Open(directory.Root);
        root.RemoveChildren(Path.GetFileName(directory.RunPath));
    }
}
