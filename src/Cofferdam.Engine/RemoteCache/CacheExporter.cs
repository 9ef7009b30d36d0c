using System.Text.Json;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Writes a build's records and results where others, and other machines, find them. What the other side has is neither made, fetched nor sent.</summary>
internal sealed partial class CacheExporter(IContentStore content, LayerBlobWriter blobs, ILayerBlobs known, ILayerProvider layers, ImagePusher pusher)
{
    /// <summary>Exports a cache and returns its manifest; null where no step has a result, and for caches that have none.</summary>
    public async Task<Descriptor?> ExportAsync(CacheExportOptions options, CacheContents contents, BuildJob job, IVertexProgress progress, CancellationToken cancellationToken)
    {
        progress.Status("preparing", "preparing build cache for export", 0, 0, isCompleted: false);
        var found = await CollectAsync(options, contents, job, progress, cancellationToken);
        if (found.Chains.Count == 0)
        {
            progress.Status("preparing", "skipping cache export for empty result", 0, 0, isCompleted: true);
            return null;
        }

        Descriptor? root = null;
        if (options.Storage is { } storage)
        {
            await StoreAsync(storage, contents, found, progress, cancellationToken);
        }
        else
        {
            var cache = await WriteAsync(options, CacheConfigBuilder.Build(contents.Records, found.Chains), found, progress, cancellationToken);
            root = cache.Root;
            await (options.Type == "registry"
                ? pusher.PushAsync(root, ImageReference.Parse(options.Target).WithDefaultTag(), byDigest: false, SessionCredentials.For([job]), progress, cancellationToken, found.FetchAsync)
                : SendAsync(cache, "local:" + options.Target, found, job, progress, cancellationToken));
        }

        progress.Status("preparing", "preparing build cache for export", 0, 0, isCompleted: true);
        return root;
    }

    private async Task<ExportedLayers> CollectAsync(CacheExportOptions options, CacheContents contents, BuildJob job, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var found = new ExportedLayers(content, (snapshot, blob, token) => layers.EnsureBlobAsync(snapshot, blob, [job], progress, token));
        foreach (var (result, snapshot) in contents.Select(options.IsMax))
        {
            if (!await layers.CanProvideAsync(snapshot, cancellationToken))
            {
                continue;
            }

            try
            {
                var chain = await blobs.GetAsync(snapshot, options.Layers, [job], progress, cancellationToken);
                foreach (var (layer, blob) in snapshot.Layers.Zip(chain))
                {
                    found.Add(snapshot, blob, LayerTypes.Of(blob.Compression, options.Layers.UseOciTypes), await known.GetCreatedAsync(layer, cancellationToken));
                }

                found.Chains[result] = [.. chain.Select(blob => blob.Blob)];
            }
            catch (CofferdamException) when (!cancellationToken.IsCancellationRequested)
            {
                // One that is lost since is no part of the cache; other errors are those of the export.
                if (await layers.CanProvideAsync(snapshot, cancellationToken))
                {
                    throw;
                }
            }
        }

        return found;
    }

    private static async Task StoreAsync(ICacheStorage storage, CacheContents contents, ExportedLayers found, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var config = CacheConfigBuilder.Build(contents.Records, found.Chains, found.Annotate);
        var wanted = config.Layers!.Select(layer => layer.Blob).Distinct();
        await Parallel.ForEachAsync(wanted, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = storage.Parallelism }, async (digest, token) =>
        {
            if (await storage.HasAsync(digest, token))
            {
                return;
            }

            var label = $"writing layer {digest}";
            var size = found.Descriptors[digest].Size;
            progress.Status(label, label, 0, size, isCompleted: false);
            await found.FetchAsync(digest, token);
            await storage.PutAsync(found.Open(digest), token);
            progress.Status(label, label, size, size, isCompleted: true);
        });
        var written = JsonSerializer.SerializeToUtf8Bytes(config, CacheJsonContext.Default.CacheConfig);
        progress.Status("config", $"writing config {Digest.Of(written)}", 0, 0, isCompleted: false);
        await storage.PutConfigAsync(written, cancellationToken);
        progress.Status("config", $"writing config {Digest.Of(written)}", 0, 0, isCompleted: true);
    }

    private async Task<AssembledCache> WriteAsync(CacheExportOptions options, CacheConfig config, ExportedLayers found, IVertexProgress progress, CancellationToken cancellationToken)
    {
        List<Descriptor> ordered = [.. config.Layers!.Select(layer => layer.Blob).Distinct().Select(blob => found.Descriptors[blob])];
        var written = await WriteAsync(JsonSerializer.SerializeToUtf8Bytes(config, CacheJsonContext.Default.CacheConfig), CacheConfig.MediaType, cancellationToken);
        progress.Status("config", $"writing config {written.Digest}", 0, 0, isCompleted: true);
        var type = options.IsImageManifest ? MediaTypes.OciManifest : options.Layers.UseOciTypes ? MediaTypes.OciIndex : MediaTypes.DockerManifestList;
        var manifest = options.IsImageManifest
            ? ImageJson.Write(new ImageManifest { MediaType = type, Config = written, Layers = ordered })
            : ImageJson.Write(new ImageIndex { MediaType = type, Manifests = [.. ordered, written] });
        var root = await WriteAsync(manifest, type, cancellationToken);
        progress.Status("manifest", $"writing cache {(options.IsImageManifest ? "image " : string.Empty)}manifest {root.Digest}", 0, 0, isCompleted: true);
        return new AssembledCache(root, [.. ordered, written]);
    }

    private async Task<Descriptor> WriteAsync(byte[] bytes, string mediaType, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes);
        if (await content.FindAsync(digest, cancellationToken) is null)
        {
            await ManifestContent.WriteAsync(content, digest, bytes, cancellationToken);
        }

        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }
}
