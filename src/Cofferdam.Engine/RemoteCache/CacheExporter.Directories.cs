using Cofferdam.Model;
using Cofferdam.Protocol.Content;
using Cofferdam.Solver;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Engine;

// Into directories of clients.
internal sealed partial class CacheExporter
{
    private const int ChunkBytes = 1024 * 1024;

    private async Task SendAsync(AssembledCache cache, string store, ExportedLayers found, BuildJob job, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var session = await job.GetSessionAsync(null, cancellationToken);
        var client = new Content.ContentClient(session.Calls);
        foreach (var blob in cache.Blobs.Append(cache.Root))
        {
            var label = $"writing {(blob.MediaType == CacheConfig.MediaType ? "config" : blob == cache.Root ? "cache manifest" : "layer")} {blob.Digest}";
            progress.Status(label, label, 0, blob.Size, isCompleted: false);
            await SendAsync(client, blob, store, found, cancellationToken);
            progress.Status(label, label, blob.Size, blob.Size, isCompleted: true);
        }
    }

    // Only what the client does not have is sent.
    private async Task SendAsync(Content.ContentClient client, Descriptor blob, string store, ExportedLayers found, CancellationToken cancellationToken)
    {
        using var call = client.Write(new Metadata { { "buildkit-attachable-store-id", store } }, cancellationToken: cancellationToken);
        var request = new WriteContentRequest { Action = WriteAction.Stat, Ref = "cache-" + blob.Digest, Total = blob.Size, Expected = blob.Digest.ToString() };
        try
        {
            await ExchangeAsync(call, request, cancellationToken);
            await found.FetchAsync(blob.Digest, cancellationToken);
            await using var stream = await content.OpenReadAsync(blob.Digest, cancellationToken);
            var buffer = new byte[ChunkBytes];
            int read;
            while ((read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                request = new WriteContentRequest { Action = WriteAction.Write, Ref = request.Ref, Total = blob.Size, Expected = request.Expected, Offset = request.Offset + request.Data.Length, Data = ByteString.CopyFrom(buffer, 0, read) };
                await ExchangeAsync(call, request, cancellationToken);
            }

            await ExchangeAsync(call, new WriteContentRequest { Action = WriteAction.Commit, Ref = request.Ref, Total = blob.Size, Expected = request.Expected, Offset = blob.Size }, cancellationToken);
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.AlreadyExists)
        {
            // It has it.
        }
    }

    private static async Task ExchangeAsync(AsyncDuplexStreamingCall<WriteContentRequest, WriteContentResponse> call, WriteContentRequest request, CancellationToken cancellationToken)
    {
        await call.RequestStream.WriteAsync(request, cancellationToken);
        if (!await call.ResponseStream.MoveNext(cancellationToken))
        {
            throw new CofferdamException(ErrorCode.SessionMissing, "writing to the client's directory: the client ended the transfer");
        }
    }
}
