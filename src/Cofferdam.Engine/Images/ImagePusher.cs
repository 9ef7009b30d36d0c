using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Pushes images whose parts are in the content store: blobs at once, then manifests, the one that has the name last.</summary>
public sealed class ImagePusher(IRegistry registry, IContentStore content, ILayerOrigins origins)
{
    // The registry's client bounds it further for each host.
    private const int MaxBlobsAtOnce = 8;

    /// <summary>Pushes a manifest or index with all it names.</summary>
    /// <param name="root">The manifest or index.</param>
    /// <param name="target">The name it gets.</param>
    /// <param name="byDigest">Whether it gets no tag (<c>push-by-digest</c>).</param>
    /// <param name="credentials">Credentials for the registry.</param>
    /// <param name="progress">Told of each blob.</param>
    /// <param name="cancellationToken">Stops the push; blobs pushed so far stay.</param>
    /// <param name="fetch">Fetches a blob that the registry lacks and that is not in the content store; null where all are.</param>
    public async Task PushAsync(
        Descriptor root, ImageReference target, bool byDigest, IRegistryCredentials credentials, IVertexProgress progress, CancellationToken cancellationToken, Func<Digest, CancellationToken, ValueTask>? fetch = null)
    {
        var repository = ImageReference.Parse(target.Name);
        var manifests = new List<(Descriptor Descriptor, byte[] Content)>();
        var blobs = new Dictionary<Digest, Descriptor>();
        await CollectAsync(root, manifests, blobs, cancellationToken);
        await Parallel.ForEachAsync(blobs.Values, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = MaxBlobsAtOnce }, async (blob, token) =>
            await PushBlobAsync(blob, repository, credentials, progress, fetch, token));

        // Children come before those that name them.
        foreach (var (descriptor, bytes) in manifests[..^1])
        {
            await registry.PushManifestAsync(repository, descriptor, bytes, credentials, cancellationToken);
        }

        var (last, body) = manifests[^1];
        await registry.PushManifestAsync(byDigest ? repository : repository.WithTag(target.Tag ?? "latest"), last, body, credentials, cancellationToken);
    }

    private async Task CollectAsync(Descriptor descriptor, List<(Descriptor Descriptor, byte[] Content)> manifests, Dictionary<Digest, Descriptor> blobs, CancellationToken cancellationToken)
    {
        var bytes = await ManifestContent.ReadAsync(content, descriptor.Digest, Limits.ManifestBytes, cancellationToken)
            ?? throw new NotFoundException($"push: manifest {descriptor.Digest} is not in the content store");
        if (MediaTypes.IsIndex(descriptor.MediaType))
        {
            foreach (var child in ImageJson.ReadIndex(bytes).Manifests.Where(child => manifests.TrueForAll(known => known.Descriptor.Digest != child.Digest)))
            {
                // An exported cache may be an index of blobs.
                if (MediaTypes.IsIndex(child.MediaType) || MediaTypes.IsManifest(child.MediaType))
                {
                    await CollectAsync(child, manifests, blobs, cancellationToken);
                }
                else
                {
                    blobs.TryAdd(child.Digest, child);
                }
            }
        }
        else
        {
            var manifest = ImageJson.ReadManifest(bytes);
            foreach (var blob in manifest.Layers.Append(manifest.Config).Where(blob => !LayerMediaTypes.IsForeign(blob.MediaType)))
            {
                blobs.TryAdd(blob.Digest, blob);
            }
        }

        manifests.Add((descriptor, bytes));
    }

    private async Task PushBlobAsync(Descriptor blob, ImageReference repository, IRegistryCredentials credentials, IVertexProgress progress, Func<Digest, CancellationToken, ValueTask>? fetch, CancellationToken cancellationToken)
    {
        var places = await origins.FindRepositoriesAsync(blob.Digest, cancellationToken);
        var mount = places
            .Select(place => ImageReference.TryParse(place, out var known) ? known : null)
            .FirstOrDefault(known => known?.Registry == repository.Registry && known.Repository != repository.Repository);
        var id = $"pushing {blob.Digest}";
        progress.Status(id, "pushing", 0, blob.Size, isCompleted: false);
        await registry.PushBlobAsync(repository, blob, mount, OpenAsync, credentials, new PushProgress(id, blob.Size, progress), cancellationToken);
        progress.Status(id, "pushing", blob.Size, blob.Size, isCompleted: true);

        async ValueTask<Stream> OpenAsync(long offset, CancellationToken token)
        {
            if (fetch is not null)
            {
                await fetch(blob.Digest, token);
            }

            var stream = await content.OpenReadAsync(blob.Digest, token);
            stream.Seek(offset, SeekOrigin.Begin);
            return stream;
        }
    }

    private sealed class PushProgress(string id, long total, IVertexProgress progress) : IProgress<long>
    {
        private long _told;

        public void Report(long value)
        {
            if (value - _told >= 1 << 20)
            {
                _told = value;
                progress.Status(id, "pushing", value, total, isCompleted: false);
            }
        }
    }
}
