using System.Globalization;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>An image as a source (LLB <c>docker-image://</c> and <c>oci-layout://</c>). Running it fetches no layer: <see cref="LayerProvider"/> does so when one is needed.</summary>
internal sealed class ImageOperation(ImageSourceOptions options, ImageServices services) : IOperation
{
    private LocatedImage? _located;

    public async ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var image = await LocateAsync(context, cancellationToken);
        var layers = image.GetLayers(options.LayerLimit);
        var name = OperationDigests.OfSource(Digest.Of(GoJson.Object(json => json
            .RequiredText("Digest", image.Root.Digest.ToString())
            .RequiredText("OS", options.Platform.Os)
            .RequiredText("Arch", options.Platform.Architecture)
            .Text("Variant", options.Platform.Variant ?? string.Empty)
            .Text("OSVersion", options.Platform.OsVersion ?? string.Empty)
            .Value("Limit", options.LayerLimit?.ToString(CultureInfo.InvariantCulture)))).ToString());

        // Tags come and go, and other images have the same layers: what is below them decides.
        return new OperationKey { Digests = layers.IsEmpty ? [name] : [name, OperationDigests.OfSource(ChainId.Of(layers.Select(layer => layer.DiffId)).ToString())] };
    }

    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var image = _located ?? await LocateAsync(context, cancellationToken);
        var layers = image.GetLayers(options.LayerLimit);
        return [new SnapshotResult(new Snapshot([.. layers.Select(layer => layer.Layer)]), services.Uses)];
    }

    private async Task<LocatedImage> LocateAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var reference = options.Checksum is { } checksum && options.Reference.Digest is null ? options.Reference.WithDigest(checksum) : options.Reference;
        if (options.Checksum is { } wanted && reference.Digest is { } named && named != wanted)
        {
            throw new DigestMismatchException($"image {Quote.Text(reference.Familiar)}", wanted, named);
        }

        // The name is shown with what it led to, as the step is the first that users see of an image.
        var label = $"resolve {reference}";
        context.Progress.Status(label, label, 0, 0, isCompleted: false);
        var source = await services.GetSourceAsync(context.Jobs, options.IsLayout ? options.StoreId : null, options.SessionId, cancellationToken);
        var image = await services.Resolver.ResolveAsync(reference, options.Platform, options.ResolveMode, source, cancellationToken);
        context.Progress.Status(label, label, 0, 0, isCompleted: true);

        // Also when the result is known: what is fetched for this build comes from where this build says.
        await services.Origins.PutAsync(image.GetLayers(options.LayerLimit), cancellationToken);
        return _located = image;
    }
}
