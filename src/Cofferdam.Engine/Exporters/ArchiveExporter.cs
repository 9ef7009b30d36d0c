using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Streams an image to the client as a tar: an OCI layout (<c>type=oci</c>), for Docker with its manifest.json besides (<c>type=docker</c>).</summary>
internal sealed class ArchiveExporter(ImageOptions options, bool isDocker, ImageExportServices services) : IExporter
{
    public string Title => isDocker ? "exporting to docker image format" : "exporting to oci image format";

    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportRequest request, CancellationToken cancellationToken)
    {
        if (isDocker && (request.IsMultiPlatform || request.Results.Length > 1))
        {
            throw new UnsupportedException("docker exporter does not currently support exporting manifest lists") { Hint = "use type=oci, or build for one platform" };
        }

        var image = await services.AssembleAsync(request, options, cancellationToken);
        await services.EnsureBlobsAsync(request, image, cancellationToken);
        var created = image.Images[0].Created;
        var root = image.Root;
        if (created is not null)
        {
            root = root with { Annotations = new SortedDictionary<string, string>(root.Annotations?.ToDictionary() ?? [], StringComparer.Ordinal) { ["org.opencontainers.image.created"] = created } };
        }

        var response = ExportResponse.Of(image with { Root = root }, options.Names);
        var session = await request.Job.GetSessionAsync(null, cancellationToken);
        request.Progress.Status("sending tarball", "sending tarball", 0, 0, isCompleted: false);
        await FileSendStream.SendAsync(session, request.ExporterIndex, response, stream =>
            ImageArchive.WriteAsync(stream, [new ArchivedImage(root, options.Names)], isDocker, services.Content, cancellationToken), cancellationToken);
        request.Progress.Status("sending tarball", "sending tarball", 0, 0, isCompleted: true);
        return response;
    }
}
