using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Makes images of file systems: blobs of the layers that have none, config, manifest, index. All land in the content store.</summary>
internal sealed class ImageAssembler(LayerContentStore content, LayerBlobWriter blobWriter, ILayerBlobs blobs, TimeProvider clock)
{
    /// <summary>Makes the image of one platform.</summary>
    public async Task<AssembledManifest> AssembleAsync(Snapshot snapshot, ImageConfig config, Platform platform, ImageOptions options, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var layerBlobs = await blobWriter.GetAsync(snapshot, options, jobs, progress, cancellationToken);
        var times = ImmutableArray.CreateBuilder<DateTimeOffset?>(layerBlobs.Length);
        foreach (var layer in snapshot.Layers)
        {
            times.Add(await blobs.GetCreatedAsync(layer, cancellationToken));
        }

        var history = ImageHistory.Normalize(config.History ?? [], times.MoveToImmutable(), options.Epoch);
        var created = history.LastOrDefault(entry => entry.Created is not null)?.Created ?? ImageHistory.Format(clock.GetUtcNow(), options.Epoch);
        var finished = config with
        {
            Created = created,
            RootFs = new RootFs { DiffIds = [.. layerBlobs.Select(blob => blob.DiffId)] },
            History = history.Length == 0 ? null : history,
        };

        progress.Status("exporting config", "exporting config", 0, 0, isCompleted: false);
        var configDescriptor = await WriteAsync(ImageJson.Write(finished), options.UseOciTypes ? MediaTypes.OciConfig : MediaTypes.DockerConfig, cancellationToken);
        progress.Status("exporting config", $"exporting config {configDescriptor.Digest}", 0, 0, isCompleted: true);

        var manifest = new ImageManifest
        {
            MediaType = options.UseOciTypes ? MediaTypes.OciManifest : MediaTypes.DockerManifest,
            Config = configDescriptor,
            Layers = [.. layerBlobs.Select(blob => Describe(blob, options.UseOciTypes))],
            Annotations = options.UseOciTypes && options.ManifestAnnotations.Count > 0 ? options.ManifestAnnotations : null,
        };
        var descriptor = await WriteAsync(ImageJson.Write(manifest), manifest.MediaType, cancellationToken);
        progress.Status("exporting manifest", $"exporting manifest {descriptor.Digest}", 0, 0, isCompleted: true);
        descriptor = descriptor with
        {
            Platform = platform,
            Annotations = options.ManifestDescriptorAnnotations.Count > 0 ? options.ManifestDescriptorAnnotations : null,
        };
        return new AssembledManifest(descriptor, manifest, snapshot, created);
    }

    /// <summary>Makes an index of images where there are several or one is asked for; the one image itself otherwise.</summary>
    public async Task<AssembledImage> CombineAsync(ImmutableArray<AssembledManifest> images, bool isIndex, ImageOptions options, IVertexProgress progress, CancellationToken cancellationToken)
    {
        if (images.Length == 1 && !isIndex)
        {
            if (options.IndexAnnotations.Count > 0 || options.IndexDescriptorAnnotations.Count > 0)
            {
                throw new InvalidInputException("index annotations not supported for single platform export") { Hint = "build for several platforms, or use annotations of the manifest" };
            }

            return new AssembledImage(images[0].Descriptor with { Platform = null }, images);
        }

        var index = new ImageIndex
        {
            MediaType = options.UseOciTypes ? MediaTypes.OciIndex : MediaTypes.DockerManifestList,
            Manifests = [.. images.Select(image => image.Descriptor)],
            Annotations = options.IndexAnnotations.Count > 0 ? options.IndexAnnotations : null,
        };
        var root = await WriteAsync(ImageJson.Write(index), index.MediaType, cancellationToken);
        progress.Status("exporting manifest list", $"exporting manifest list {root.Digest}", 0, 0, isCompleted: true);
        return new AssembledImage(root with { Annotations = options.IndexDescriptorAnnotations.Count > 0 ? options.IndexDescriptorAnnotations : null }, images);
    }

    /// <summary>The image with its layers compressed that are here only unpacked; itself where there are none.</summary>
    /// <param name="root">A manifest or index of the content store.</param>
    /// <param name="cancellationToken">Stops it; what was compressed stays.</param>
    public async Task<Descriptor> CompressAsync(Descriptor root, CancellationToken cancellationToken)
    {
        var bytes = await ImageArchive.ReadAsync(root, content, cancellationToken);
        if (MediaTypes.IsIndex(root.MediaType))
        {
            var index = ImageJson.ReadIndex(bytes);
            var manifests = new List<Descriptor>();
            foreach (var manifest in index.Manifests)
            {
                manifests.Add(await content.FindAsync(manifest.Digest, cancellationToken) is null ? manifest : await CompressAsync(manifest, cancellationToken));
            }

            return manifests.SequenceEqual(index.Manifests) ? root : await ReplaceAsync(root, ImageJson.Write(index with { Manifests = manifests }), cancellationToken);
        }

        var image = ImageJson.ReadManifest(bytes);
        var layers = new List<Descriptor>();
        foreach (var layer in image.Layers)
        {
            layers.Add(await content.Stored.FindAsync(layer.Digest, cancellationToken) is null && content.FindLayer(layer.Digest) is { } found
                ? Describe(await blobWriter.GetAsync(found.Layer, new ImageOptions(), cancellationToken), image.MediaType == MediaTypes.OciManifest)
                : layer);
        }

        return layers.SequenceEqual(image.Layers) ? root : await ReplaceAsync(root, ImageJson.Write(image with { Layers = layers }), cancellationToken);
    }

    private static Descriptor Describe(LayerBlob blob, bool isOci) => new() { MediaType = LayerTypes.Of(blob.Compression, isOci), Digest = blob.Blob, Size = blob.Size };

    private async Task<Descriptor> ReplaceAsync(Descriptor root, byte[] bytes, CancellationToken cancellationToken)
    {
        var written = await WriteAsync(bytes, root.MediaType, cancellationToken);
        return root with { Digest = written.Digest, Size = written.Size };
    }

    private async ValueTask<Descriptor> WriteAsync(byte[] bytes, string mediaType, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes);
        if (await content.FindAsync(digest, cancellationToken) is null)
        {
            await using var writer = await content.OpenWriteAsync("export-" + digest.Hex, digest, cancellationToken);
            await writer.ResetAsync(cancellationToken);
            await writer.WriteAsync(bytes, cancellationToken);
            await writer.CommitAsync(cancellationToken);
        }

        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }
}
