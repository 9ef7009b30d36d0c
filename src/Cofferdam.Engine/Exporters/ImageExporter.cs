using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Puts an image into the image store and, where asked to, pushes it (<c>type=image</c>).</summary>
internal sealed class ImageExporter(ImageOptions options, ImageExportServices services) : IExporter
{
    public string Title => "exporting to image";

    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportRequest request, CancellationToken cancellationToken)
    {
        var image = await services.AssembleAsync(request, options, cancellationToken);
        if (options.Store)
        {
            await NameAsync(request, image, cancellationToken);
        }

        if (options.Push)
        {
            if (options.Names.IsEmpty)
            {
                throw new InvalidInputException("pushing an image without a name") { Hint = "name it with -t REGISTRY/NAME:TAG" };
            }

            foreach (var name in options.Names)
            {
                await services.PushAsync(request, image, ImageReference.Parse(name), options.PushByDigest, cancellationToken);
            }
        }

        return ExportResponse.Of(image, options.Names);
    }

    private async Task NameAsync(ExportRequest request, AssembledImage image, CancellationToken cancellationToken)
    {
        // An image without a name is known by its digest.
        var names = options.Names.IsEmpty ? [image.Root.Digest.ToString()] : options.Names;
        foreach (var name in names)
        {
            await services.Images.PutAsync(name, image.Root with { Annotations = null }, cancellationToken);
            request.Progress.Status("naming to " + name, "naming to " + name, 0, 0, isCompleted: true);
        }
    }
}
