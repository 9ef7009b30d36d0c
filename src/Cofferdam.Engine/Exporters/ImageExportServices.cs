using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What exporters of images are made with.</summary>
internal sealed record ImageExportServices(ImageAssembler Assembler, IContentStore Content, ImageTable Images, ILayerProvider Layers, ImagePusher Pusher)
{
    /// <summary>Makes the image of a result, for one platform or several.</summary>
    public async Task<AssembledImage> AssembleAsync(ExportRequest request, ImageOptions options, CancellationToken cancellationToken)
    {
        var images = ImmutableArray.CreateBuilder<AssembledManifest>();
        foreach (var result in request.Results)
        {
            images.Add(await Assembler.AssembleAsync(result.Snapshot, result.Config, result.Platform, options.For(result.Platform) with { Epoch = options.Epoch ?? result.Epoch }, request.Jobs, request.Progress, cancellationToken));
        }

        return await Assembler.CombineAsync(images.ToImmutable(), request.IsMultiPlatform, options, request.Progress, cancellationToken);
    }

    /// <summary>Makes every blob of the image be in the content store: a base image's layers may not have been fetched yet.</summary>
    public async Task EnsureBlobsAsync(ExportRequest request, AssembledImage image, CancellationToken cancellationToken)
    {
        foreach (var manifest in image.Images)
        {
            foreach (var layer in manifest.Manifest.Layers)
            {
                if (await Content.FindAsync(layer.Digest, cancellationToken) is null)
                {
                    await Layers.EnsureBlobAsync(manifest.Snapshot, layer.Digest, request.Jobs, request.Progress, cancellationToken);
                }
            }
        }
    }

    /// <summary>Pushes the image under a name.</summary>
    public async Task PushAsync(ExportRequest request, AssembledImage image, ImageReference name, bool byDigest, CancellationToken cancellationToken)
    {
        await EnsureBlobsAsync(request, image, cancellationToken);
        await Pusher.PushAsync(image.Root with { Annotations = null }, name, byDigest, SessionCredentials.For(request.Jobs), request.Progress, cancellationToken);
    }
}
