using System.Collections.Immutable;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>Streams the files of a result to the client as one tar (<c>type=tar</c>).</summary>
internal sealed class TarExporter(ImmutableDictionary<string, string> attributes, TreeExportServices services) : IExporter
{
    public string Title => "exporting to client tarball";

    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportRequest request, CancellationToken cancellationToken)
    {
        var session = await request.Job.GetSessionAsync(null, cancellationToken);
        request.Progress.Status("sending tarball", "sending tarball", 0, 0, isCompleted: false);
        await FileSendStream.SendAsync(session, request.ExporterIndex, ImmutableDictionary<string, string>.Empty, async stream =>
        {
            var writer = new TreeTarWriter(stream);
            foreach (var result in request.Results)
            {
                await using var mounted = await services.MountAsync(request, result, cancellationToken);
                await writer.AddTreeAsync(mounted.RootPath, request.IsMultiPlatform ? result.DirectoryName + "/" : string.Empty, LatestTime(result), (services.HoldersOf(result), string.Empty), cancellationToken);
            }

            await writer.FinishAsync(cancellationToken);
        }, cancellationToken);
        request.Progress.Status("sending tarball", "sending tarball", 0, 0, isCompleted: true);
        return ImmutableDictionary<string, string>.Empty;
    }

    private DateTimeOffset? LatestTime(PlatformResult result) => !attributes.TryGetValue("source-date-epoch", out var epoch) ? result.Epoch
        : long.TryParse(epoch, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
