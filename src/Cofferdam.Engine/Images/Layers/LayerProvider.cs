using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Fetches and unpacks layers of images. All downloads of a file system run at once; a layer is unpacked while it comes.</summary>
/// <remarks>Layers are unpacked over the ones below in order: a layer may leave out directories that those have, and go through their symlinks.</remarks>
public sealed partial class LayerProvider : ILayerProvider
{
    private readonly IRegistry _registry;
    private readonly IContentStore _content;
    private readonly ISnapshotter _snapshotter;
    private readonly ILayerWriter _writer;
    private readonly ILayerOrigins _origins;
    private readonly ISessions? _sessions;
    private readonly BlobDownloader _downloader;
    private readonly SharedWork<LayerId> _work = new();

    /// <summary>Makes a provider.</summary>
    public LayerProvider(IRegistry registry, IContentStore content, ISnapshotter snapshotter, ILayerWriter writer, ILayerOrigins origins, ISessions? sessions = null)
    {
        (_registry, _content, _snapshotter, _writer, _origins, _sessions) = (registry, content, snapshotter, writer, origins, sessions);
        _downloader = new BlobDownloader(content);
    }

    /// <summary>The services of caches that layers may lie in.</summary>
    internal CacheStorages Storages { get; } = new();

    /// <inheritdoc/>
    public async ValueTask EnsureAsync(Snapshot snapshot, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken)
    {
        if (snapshot.Layers.All(_snapshotter.Exists))
        {
            return;
        }

        var origins = new LayerOrigin?[snapshot.Layers.Length];
        for (var i = 0; i < origins.Length; i++)
        {
            origins[i] = await _origins.FindAsync(snapshot.Layers[i], cancellationToken);
            if (origins[i] is null && !_snapshotter.Exists(snapshot.Layers[i]))
            {
                throw new NotFoundException($"layer {snapshot.Layers[i]} is gone, and it is not known where to get it") { Hint = "build with --no-cache" };
            }
        }

        var stack = new LayerStack(snapshot, origins);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tasks = Enumerable.Range(0, origins.Length)
            .Where(i => !_snapshotter.Exists(snapshot.Layers[i]))
            .Select(i => UnpackOnceAsync(stack, i, jobs, progress, stop.Token))
            .ToList();
        while (tasks.Count > 0)
        {
            var done = await Task.WhenAny(tasks);
            if (!done.IsCompletedSuccessfully)
            {
                await stop.CancelAsync(); // one layer less is no file system
                await Task.WhenAll(tasks).ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }

            await done;
            tasks.Remove(done);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> CanProvideAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        foreach (var layer in snapshot.Layers)
        {
            if (_snapshotter.Exists(layer))
            {
                continue;
            }

            if (await _origins.FindAsync(layer, cancellationToken) is not { } origin
                || ((IsLost(layer) || !origin.Repositories.Any(IsReachable)) && await _content.FindAsync(origin.Blob, cancellationToken) is null))
            {
                return false;
            }
        }

        return true;
    }

    private Task UnpackOnceAsync(LayerStack stack, int index, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken) =>
        _work.RunAsync(stack.Snapshot.Layers[index], token => FetchOrLoseAsync(stack, index, jobs, progress, token), cancellationToken);

    private async Task FetchOrLoseAsync(LayerStack stack, int index, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            await FetchAndUnpackAsync(stack, index, jobs, progress, cancellationToken);
            Regain(stack.Snapshot.Layers[index]);
        }
        catch (CofferdamException error) when (!cancellationToken.IsCancellationRequested)
        {
            Lose(stack.Snapshot.Layers[index], error);
            throw;
        }
    }

    private async Task FetchAndUnpackAsync(LayerStack stack, int index, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var layer = stack.Snapshot.Layers[index];
        if (_snapshotter.Exists(layer))
        {
            return;
        }

        var origin = stack.Origins[index]!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var relay = new BlobRelay();
        var isHere = await _content.FindAsync(origin.Blob, cancellationToken) is not null;
        var download = isHere ? Task.CompletedTask : Task.Run(() => _downloader.DownloadAsync(origin, Sources(origin, jobs), relay, progress, stop.Token), stop.Token);
        var below = Task.CompletedTask;
        try
        {
            var parent = stack.ParentOf(index);
            if (parent.Layers.Length > 0 && !_snapshotter.Exists(parent.Layers[^1]))
            {
                below = UnpackOnceAsync(stack, index - 1, jobs, progress, stop.Token);
                if (await Task.WhenAny(below, download) == download)
                {
                    await download; // a download that failed ends it at once
                }

                await below;
            }

            await UnpackAsync(origin, parent, isHere ? null : relay, download, progress, stop.Token);
            await download;
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAll(download, below).ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            if (download.IsFaulted)
            {
                await download; // why unpacking failed
            }

            throw;
        }
    }

    private async Task UnpackAsync(LayerOrigin origin, Snapshot parent, BlobRelay? relay, Task download, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var label = $"extracting {origin.Blob}";
        var coming = relay is null ? null : await relay.TryAttachAsync(cancellationToken);
        if (coming is null)
        {
            await download;
        }

        progress.Status(label, "extracting", 0, 0, isCompleted: false);

        // The relay ends only after the blob's digest was verified, so that nothing else is ever committed.
        await using var blob = coming ?? await _content.OpenReadAsync(origin.Blob, cancellationToken);
        await _writer.ApplyAsync(parent, blob, origin.DiffId, origin.Layer, cancellationToken);
        progress.Status(label, "extracting", 0, 0, isCompleted: true);
    }
}
