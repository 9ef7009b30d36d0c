using System.Text.Json;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Finds caches under a name: one that was exported as such, or those inside of images.</summary>
internal sealed class CacheReader(IImageSource source)
{
    /// <summary>The annotation of a layer's descriptor that says its diff ID.</summary>
    public const string DiffIdAnnotation = "containerd.io/uncompressed";

    /// <summary>The member of an image's config that has the image's cache.</summary>
    public const string InlineMember = "moby.buildkit.cache.v0";

    /// <summary>The caches; none where there is an image without one.</summary>
    public async Task<IReadOnlyList<FoundCache>> ReadAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var found = new List<FoundCache>();
        await ReadAsync(reference, await source.ResolveAsync(reference, cancellationToken), found, cancellationToken);
        return found;
    }

    private async Task ReadAsync(ImageReference reference, Descriptor root, List<FoundCache> found, CancellationToken cancellationToken)
    {
        var bytes = await source.FetchAsync(reference, root, cancellationToken);
        if (!MediaTypes.IsIndex(root.MediaType))
        {
            await ReadManifestAsync(reference, ImageJson.ReadManifest(bytes), found, cancellationToken);
            return;
        }

        var entries = ImageJson.ReadIndex(bytes).Manifests;
        if (entries.FirstOrDefault(entry => entry.MediaType == CacheConfig.MediaType) is { } config)
        {
            found.Add(await ReadConfigAsync(reference, config, [.. entries.Where(entry => entry != config)], cancellationToken));
            return;
        }

        foreach (var image in entries.Where(entry => entry.Annotations?.ContainsKey("vnd.docker.reference.type") != true))
        {
            await ReadAsync(reference, image, found, cancellationToken);
        }
    }

    private async Task ReadManifestAsync(ImageReference reference, ImageManifest manifest, List<FoundCache> found, CancellationToken cancellationToken)
    {
        if (manifest.Config.MediaType == CacheConfig.MediaType)
        {
            found.Add(await ReadConfigAsync(reference, manifest.Config, manifest.Layers, cancellationToken));
            return;
        }

        var config = ImageJson.ReadConfig(await source.FetchAsync(reference, manifest.Config, cancellationToken));
        if (config.Extra?.TryGetValue(InlineMember, out var member) != true || !member.TryGetBytesFromBase64(out var inline) || config.RootFs.DiffIds.Count != manifest.Layers.Count)
        {
            return;
        }

        var records = JsonSerializer.Deserialize(inline, CacheJsonContext.Default.IReadOnlyListCacheConfigRecord);
        var layers = manifest.Layers.Zip(config.RootFs.DiffIds, (layer, diffId) => layer with { Annotations = new Dictionary<string, string> { [DiffIdAnnotation] = diffId.ToString() } }).ToList();
        found.Add(new FoundCache(
            new CacheConfig { Layers = [.. layers.Select((layer, i) => new CacheLayer(layer.Digest, i - 1))], Records = records },
            layers.DistinctBy(layer => layer.Digest).ToDictionary(layer => layer.Digest),
            source.OriginOf(reference)));
    }

    private async Task<FoundCache> ReadConfigAsync(ImageReference reference, Descriptor config, IEnumerable<Descriptor> layers, CancellationToken cancellationToken)
    {
        var bytes = await source.FetchAsync(reference, config, cancellationToken);
        var read = JsonSerializer.Deserialize(bytes, CacheJsonContext.Default.CacheConfig) ?? throw new InvalidInputException($"cache {Quote.Text(reference.Familiar)} is empty");
        return new FoundCache(read, layers.DistinctBy(layer => layer.Digest).ToDictionary(layer => layer.Digest), source.OriginOf(reference));
    }
}
