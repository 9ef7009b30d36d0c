using System.Collections.Immutable;
using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Protocol.FileSync;
using Cofferdam.Protocol.FileTransfer;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Sends the build's directories.</summary>
internal sealed class FileSyncService(IReadOnlyDictionary<string, string> directories) : FileSync.FileSyncBase
{
    public override async Task DiffCopy(IAsyncStreamReader<Packet> requestStream, IServerStreamWriter<Packet> responseStream, ServerCallContext context)
    {
        var name = Values(context.RequestHeaders, "dir-name").FirstOrDefault() ?? string.Empty;
        if (!directories.TryGetValue(name, out var directory))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"no access allowed to dir \"{name}\""));
        }

        var filter = new TransferFilter
        {
            Include = Values(context.RequestHeaders, "include-patterns"),
            Exclude = Values(context.RequestHeaders, "exclude-patterns"),
            Follow = Values(context.RequestHeaders, "followpaths"),
            ResetOwners = true,
        };
        using var root = RootedDirectory.Open(directory);
        var (key, value) = SharedDirectory.Describe(root);
        await context.WriteResponseHeadersAsync(new Metadata { { key, value } });
        await FileSender.SendAsync(root, filter, requestStream, responseStream, context.CancellationToken);
    }

    // Values that are not ASCII come escaped as in a query, all of a name alike (BuildKit session/filesync).
    private static ImmutableArray<string> Values(Metadata metadata, string key)
    {
        var isEncoded = metadata.Any(entry => entry.Key == key + "-encoded" && entry.Value == "1");
        return [.. metadata.Where(entry => entry.Key == key).Select(entry => isEncoded ? Uri.UnescapeDataString(entry.Value.Replace('+', ' ')) : entry.Value)];
    }
}
