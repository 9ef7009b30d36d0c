using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Gives each layer of a file system as a blob, making those there are none of yet: several at a time, each once however many ask.</summary>
internal sealed class LayerBlobWriter(ILayerWriter writer, ILayerArchiver archiver, ILayerBlobs blobs, ILayerProvider provider)
{
    private readonly ConcurrentDictionary<(LayerId Layer, LayerOptions Options), Lazy<Task<LayerBlob>>> _running = new();

    /// <summary>The blobs, lowest layer first.</summary>
    public async Task<ImmutableArray<LayerBlob>> GetAsync(Snapshot snapshot, ImageOptions options, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken)
    {
        progress.Status("exporting layers", "exporting layers", 0, 0, isCompleted: false);
        var layerOptions = Options(options);
        var found = new LayerBlob?[snapshot.Layers.Length];
        for (var i = 0; i < found.Length; i++)
        {
            // Layers whose times are rewritten are not those the cache knows.
            found[i] = layerOptions.LatestTime is null ? await FindAsync(snapshot.Layers[i], options, cancellationToken) : null;
        }

        if (found.Contains(null))
        {
            await provider.EnsureAsync(snapshot, jobs, progress, cancellationToken);
        }

        var missing = Enumerable.Range(0, found.Length).Where(i => found[i] is null);
        await Parallel.ForEachAsync(missing, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, async (i, token) =>
            found[i] = options.LeavesLayersUnpacked ? await MeasureAsync(snapshot.Layers[i], token) : await WriteOnceAsync(snapshot.Layers[i], layerOptions, token));
        progress.Status("exporting layers", "exporting layers", 0, 0, isCompleted: true);
        return [.. found.Select(blob => blob!)];
    }

    /// <summary>The blob of a layer that is unpacked here.</summary>
    public async Task<LayerBlob> GetAsync(LayerId layer, ImageOptions options, CancellationToken cancellationToken) =>
        await blobs.FindAsync(layer, options.Compression, cancellationToken) ?? await WriteOnceAsync(layer, Options(options), cancellationToken);

    private static LayerOptions Options(ImageOptions options) => new()
    {
        Compression = options.Compression,
        Level = options.CompressionLevel,
        LatestTime = options.RewriteTimestamps ? options.Epoch : null,
    };

    private async ValueTask<LayerBlob?> FindAsync(LayerId layer, ImageOptions options, CancellationToken cancellationToken) =>
        await blobs.FindAsync(layer, options.Compression, cancellationToken)
        ?? (options.ForceCompression ? null : await blobs.FindAsync(layer, null, cancellationToken))
        ?? (options.LeavesLayersUnpacked ? await blobs.FindAsync(layer, Compression.None, cancellationToken) : null);

    private async Task<LayerBlob> MeasureAsync(LayerId layer, CancellationToken cancellationToken)
    {
        var blob = await archiver.MeasureAsync(layer, null, cancellationToken);
        await blobs.AddAsync(layer, blob, cancellationToken);
        return blob;
    }

    private async Task<LayerBlob> WriteOnceAsync(LayerId layer, LayerOptions options, CancellationToken cancellationToken)
    {
        var key = (layer, options);
        var running = _running.GetOrAdd(key, _ => new Lazy<Task<LayerBlob>>(() => WriteAsync(layer, options, cancellationToken)));
        try
        {
            return await running.Value.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The one that began it was cancelled, this one was not.
            return await WriteAsync(layer, options, cancellationToken);
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(key, running));
        }
    }

    private async Task<LayerBlob> WriteAsync(LayerId layer, LayerOptions options, CancellationToken cancellationToken)
    {
        var blob = await writer.WriteAsync(layer, options, cancellationToken);
        if (options.LatestTime is null)
        {
            await blobs.AddAsync(layer, blob, cancellationToken);
        }

        return blob;
    }
}
