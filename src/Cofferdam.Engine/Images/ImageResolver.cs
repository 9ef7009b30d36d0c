using System.Collections.Concurrent;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Finds the image of a name for a platform. What it reads is kept in the content store; what is there is not asked for again. Thread-safe.</summary>
public sealed class ImageResolver(IContentStore content, IImageStore images)
{
    private const string PullMode = "pull";

    // Parts being fetched, so that many stages of one base fetch them once.
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> _turns = new();

    /// <summary>Finds an image; throws <see cref="NotFoundException"/>.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="platform">The platform; of an image without an index it is not checked.</param>
    /// <param name="resolveMode"><c>default</c> and <c>local</c> take an image that has the name here; <c>pull</c> always asks.</param>
    /// <param name="source">Where it is looked for when it is not here.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<LocatedImage> ResolveAsync(ImageReference reference, Platform platform, string resolveMode, IImageSource source, CancellationToken cancellationToken)
    {
        if (resolveMode is not ("" or "default" or "local" or PullMode))
        {
            throw new InvalidInputException($"invalid image resolve mode {Quote.Text(resolveMode)}");
        }

        if (await FindHereAsync(reference, resolveMode, cancellationToken) is { } here)
        {
            try
            {
                return await ReadAsync(reference, here, platform, source, cancellationToken);
            }
            catch (CofferdamException) when (reference.Digest is null)
            {
                // The name is here, for other platforms or without its parts: the registry may have more.
            }
        }

        return await ReadAsync(reference, await source.ResolveAsync(reference, cancellationToken), platform, source, cancellationToken);
    }

    private async ValueTask<Descriptor?> FindHereAsync(ImageReference reference, string resolveMode, CancellationToken cancellationToken)
    {
        if (reference.Digest is { } pinned)
        {
            return await ManifestContent.ReadAsync(content, pinned, Limits.ManifestBytes, cancellationToken) is { } manifest ? ManifestContent.Describe(manifest, pinned) : null;
        }

        return resolveMode != PullMode && await images.FindAsync(reference, cancellationToken) is { } named && await content.FindAsync(named.Digest, cancellationToken) is not null ? named : null;
    }

    private async Task<LocatedImage> ReadAsync(ImageReference reference, Descriptor root, Platform platform, IImageSource source, CancellationToken cancellationToken)
    {
        var descriptor = root;
        if (MediaTypes.IsIndex(root.MediaType))
        {
            var index = ImageJson.ReadIndex(await GetAsync(reference, root, Limits.ManifestBytes, source, cancellationToken));
            descriptor = PlatformMatching.Choose(index, platform) ?? throw Missing(reference, index, platform);
        }

        if (!MediaTypes.IsManifest(descriptor.MediaType))
        {
            throw new UnsupportedException($"image {Quote.Text(reference.Familiar)} is of type {Quote.Text(descriptor.MediaType)}, which is not supported") { Hint = "push it again with a current tool" };
        }

        var manifest = ImageJson.ReadManifest(await GetAsync(reference, descriptor, Limits.ManifestBytes, source, cancellationToken));
        if (manifest.Config.MediaType is not (MediaTypes.OciConfig or MediaTypes.DockerConfig))
        {
            throw new InvalidInputException($"{Quote.Text(reference.Familiar)} is no image of files but an artifact of type {Quote.Text(manifest.ArtifactType ?? manifest.Config.MediaType)}");
        }

        var config = await GetAsync(reference, manifest.Config, Limits.ConfigBytes, source, cancellationToken);
        return new LocatedImage(reference, root, descriptor, manifest, config, ImageJson.ReadConfig(config), source.OriginOf(reference));
    }

    private async ValueTask<byte[]> GetAsync(ImageReference reference, Descriptor descriptor, int limit, IImageSource source, CancellationToken cancellationToken)
    {
        if (await ManifestContent.ReadAsync(content, descriptor.Digest, limit, cancellationToken) is { } known)
        {
            return known;
        }

        var turn = _turns.GetOrAdd(descriptor.Digest, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (await ManifestContent.ReadAsync(content, descriptor.Digest, limit, cancellationToken) is { } fetched)
            {
                return fetched;
            }

            var bytes = await source.FetchAsync(reference, descriptor, cancellationToken);
            await ManifestContent.WriteAsync(content, descriptor.Digest, bytes, cancellationToken);
            return bytes;
        }
        finally
        {
            turn.Release();
            _turns.TryRemove(descriptor.Digest, out _);
        }
    }

    private static NotFoundException Missing(ImageReference reference, ImageIndex index, Platform platform)
    {
        var known = index.Manifests.Where(manifest => manifest.Platform is { Os: not "unknown" }).Select(manifest => manifest.Platform!.ToString()).Distinct();
        return new NotFoundException($"image {Quote.Text(reference.Familiar)} has no match for platform {Quote.Text(platform.ToString())} in its manifest")
        {
            Hint = (Platform.FindNear(platform.ToString()) is { } near ? $"did you mean {near}? " : string.Empty) + "it is there for " + string.Join(", ", known),
        };
    }
}
