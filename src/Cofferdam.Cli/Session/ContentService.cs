using Cofferdam.Model;
using Cofferdam.Protocol.Content;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace Cofferdam.Cli.Session;

/// <summary>Blobs of OCI layouts on this machine (OCI image-spec, image-layout.md), read by the daemon or written by it.</summary>
internal sealed class ContentService(IReadOnlyDictionary<string, string> stores) : Content.ContentBase
{
    private const int ChunkBytes = 1024 * 1024;

    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context)
    {
        var file = Blob(Store(context), request.Digest);
        return Task.FromResult(new InfoResponse { Info = new Info { Digest = request.Digest, Size = file.Length, CreatedAt = Timestamp.FromDateTime(file.LastWriteTimeUtc) } });
    }

    public override async Task Read(ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responseStream, ServerCallContext context)
    {
        await using var blob = Blob(Store(context), request.Digest).OpenRead();
        var offset = request.Offset;
        if (offset < 0 || offset > blob.Length)
        {
            throw new RpcException(new Status(StatusCode.OutOfRange, $"read past the end of {request.Digest}"));
        }

        blob.Position = offset;
        var left = request.Size > 0 ? Math.Min(request.Size, blob.Length - offset) : blob.Length - offset;
        var buffer = new byte[ChunkBytes];
        while (left > 0)
        {
            var count = await blob.ReadAtLeastAsync(buffer.AsMemory(0, (int)Math.Min(left, ChunkBytes)), 1, throwOnEndOfStream: true, context.CancellationToken);
            await responseStream.WriteAsync(new ReadContentResponse { Offset = offset, Data = ByteString.CopyFrom(buffer, 0, count) }, context.CancellationToken);
            (offset, left) = (offset + count, left - count);
        }
    }

    public override async Task Write(IAsyncStreamReader<WriteContentRequest> requestStream, IServerStreamWriter<WriteContentResponse> responseStream, ServerCallContext context)
    {
        await using var ingest = new ContentIngest(Store(context));
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            await responseStream.WriteAsync(await ingest.HandleAsync(requestStream.Current, context.CancellationToken), context.CancellationToken);
        }
    }

    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context) => throw NotFound($"write {request.Ref}");

    public override Task<Empty> Abort(AbortRequest request, ServerCallContext context) => Task.FromResult(new Empty());

    private static FileInfo Blob(string store, string text)
    {
        if (!Digest.TryParse(text, out var digest))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"invalid digest {text}"));
        }

        var file = new FileInfo(Path.Combine(store, "blobs", digest.Algorithm, digest.Hex));
        return file.Exists ? file : throw NotFound($"content {text}");
    }

    private static RpcException NotFound(string what) => new(new Status(StatusCode.NotFound, $"{what}: not found"));

    private string Store(ServerCallContext context)
    {
        var id = context.RequestHeaders.GetValue("buildkit-attachable-store-id") ?? string.Empty;
        return stores.TryGetValue(id, out var directory) ? directory : throw NotFound($"store {id}");
    }
}
