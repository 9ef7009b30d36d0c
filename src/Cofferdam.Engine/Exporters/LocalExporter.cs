using System.Collections.Immutable;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Storage;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Sends the files of a result into a directory of the client (<c>type=local</c>), each platform into one of its own where there are several.</summary>
internal sealed class LocalExporter(ImmutableDictionary<string, string> attributes, TreeExportServices services) : IExporter
{
    // The messages are packets, though the method declares bytes: BuildKit's two ends agree on that.
    private static readonly Method<Packet, Packet> DiffCopy = new(
        MethodType.DuplexStreaming,
        "moby.filesync.v1.FileSend",
        "DiffCopy",
        Marshallers.Create(static packet => packet.ToByteArray(), Packet.Parser.ParseFrom),
        Marshallers.Create(static packet => packet.ToByteArray(), Packet.Parser.ParseFrom));

    public string Title => "exporting to client directory";

    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportRequest request, CancellationToken cancellationToken)
    {
        if (attributes.TryGetValue("mode", out var mode) && mode != "copy")
        {
            throw new UnsupportedException($"output type=local,mode={mode} is not supported yet") { Hint = "remove the directory first and use mode=copy" };
        }

        var session = await request.Job.GetSessionAsync(null, cancellationToken);
        var isSplit = request.IsMultiPlatform && attributes.GetValueOrDefault("platform-split") is not "false";
        var mounts = new List<IMountedSnapshot>();
        var roots = new List<SentRoot>();
        try
        {
            foreach (var result in request.Results)
            {
                var mounted = await services.MountAsync(request, result, cancellationToken);
                mounts.Add(mounted);
                roots.Add(new SentRoot(isSplit ? result.DirectoryName : string.Empty, RootedDirectory.Open(mounted.RootPath), services.HoldersOf(result)));
            }

            request.Progress.Status("copying files", "copying files", 0, 0, isCompleted: false);
            await SendAsync(session, roots, request.ExporterIndex, cancellationToken);
            request.Progress.Status("copying files", "copying files", 0, 0, isCompleted: true);
        }
        finally
        {
            roots.ForEach(root => root.Root.Dispose());
            foreach (var mounted in mounts)
            {
                await mounted.DisposeAsync();
            }
        }

        return ImmutableDictionary<string, string>.Empty;
    }

    private static async Task SendAsync(IClientSession session, IReadOnlyList<SentRoot> roots, int exporterIndex, CancellationToken cancellationToken)
    {
        var metadata = new Metadata { { "buildkit-attachable-exporter-id", exporterIndex.ToString() } };
        using var call = session.Calls.AsyncDuplexStreamingCall(DiffCopy, null, new CallOptions(metadata, cancellationToken: cancellationToken));
        await FileSender.SendAsync(roots, new TransferFilter { ResetOwners = true }, call.ResponseStream, call.RequestStream, cancellationToken);
        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            // The client's end is its answer.
        }
    }
}
