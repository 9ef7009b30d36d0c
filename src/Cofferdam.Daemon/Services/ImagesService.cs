using System.Globalization;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Images;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>The images that the daemon keeps, for <c>coffer images</c>, <c>rmi</c>, <c>tag</c>, <c>inspect</c>, <c>pull</c>, <c>push</c>, <c>save</c> and <c>load</c>.</summary>
internal sealed class ImagesService(ImageStoreServices store) : Images.ImagesBase
{
    private const int ChunkBytes = 1024 * 1024;

    public override async Task<ListImagesResponse> List(ListImagesRequest request, ServerCallContext context)
    {
        var images = await store.Catalog.ListAsync(context.CancellationToken);
        var response = new ListImagesResponse();
        response.Images.AddRange(images.Where(image => request.Filter.Length == 0 || image.Names.Any(name => name.Contains(request.Filter, StringComparison.Ordinal))).Select(Describe));
        return response;
    }

    public override async Task<InspectImageResponse> Inspect(InspectImageRequest request, ServerCallContext context)
    {
        var image = await store.Catalog.FindAsync(request.Reference, ParsePlatform(request.Platform), context.CancellationToken);
        var response = new InspectImageResponse
        {
            Image = Describe(image),
            Manifest = ByteString.CopyFrom(ImageJson.Write(image.Manifest)),
            Config = ByteString.CopyFrom(image.ConfigBytes.Span),
        };
        response.LayerSizes.AddRange(image.Manifest.Layers.Select(layer => layer.Size));
        return response;
    }

    public override async Task<TagImageResponse> Tag(TagImageRequest request, ServerCallContext context)
    {
        await store.Catalog.TagAsync(request.Source, request.Target, context.CancellationToken);
        return new TagImageResponse();
    }

    public override async Task<RemoveImageResponse> Remove(RemoveImageRequest request, ServerCallContext context)
    {
        var (untagged, deleted) = await store.Catalog.RemoveAsync(request.Reference, request.Force, context.CancellationToken);
        var response = new RemoveImageResponse();
        response.Untagged.AddRange(untagged);
        if (deleted is { } digest)
        {
            response.Deleted.Add(digest.ToString());
        }

        return response;
    }

    public override Task Pull(PullImageRequest request, IServerStreamWriter<ImageProgress> responseStream, ServerCallContext context) =>
        ImageProgressWriter.RunAsync(responseStream, progress => store.PullAsync(request.Reference, ParsePlatform(request.Platform), request.Session, progress, context.CancellationToken), context.CancellationToken);

    public override Task Push(PushImageRequest request, IServerStreamWriter<ImageProgress> responseStream, ServerCallContext context) =>
        ImageProgressWriter.RunAsync(responseStream, progress => store.PushAsync(request.Reference, request.Session, progress, context.CancellationToken), context.CancellationToken);

    public override async Task Save(SaveImageRequest request, IServerStreamWriter<ImageChunk> responseStream, ServerCallContext context)
    {
        await using var stream = new MessageWriteStream(ChunkBytes, data => responseStream.WriteAsync(new ImageChunk { Data = data }, context.CancellationToken));
        await store.SaveAsync([.. request.References], ParsePlatform(request.Platform), stream, context.CancellationToken);
        await stream.FlushAsync(context.CancellationToken);
    }

    public override async Task<LoadImageResponse> Load(IAsyncStreamReader<ImageChunk> requestStream, ServerCallContext context)
    {
        await using var stream = new MessageReadStream<ImageChunk>(requestStream, chunk => chunk.Data);
        var response = new LoadImageResponse();
        foreach (var (name, root) in await store.LoadAsync(stream, context.CancellationToken))
        {
            response.Names.Add(name ?? string.Empty);
            response.Digests.Add(root.Digest.ToString());
        }

        return response;
    }

    private static Model.Platform? ParsePlatform(string text) => text.Length == 0 ? null : Model.Platform.Parse(text);

    private static Image Describe(CatalogImage image)
    {
        var described = new Image
        {
            Digest = image.Root.Digest.ToString(),
            ConfigDigest = image.Manifest.Config.Digest.ToString(),
            Size = image.Size,
        };
        described.Names.AddRange(image.Names);
        described.Platforms.AddRange(image.Platforms.Select(platform => platform.ToString()));
        if (DateTimeOffset.TryParse(image.Config.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created))
        {
            described.Created = Timestamp.FromDateTimeOffset(created);
        }

        return described;
    }
}
