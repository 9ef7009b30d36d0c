using Cofferdam.Model;
using Cofferdam.Protocol.Content;
using Cofferdam.Storage;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>Blobs for clients, read-only: what build records name.</summary>
internal sealed class ContentService(IContentStore content, BuildHistory history) : Content.ContentBase
{
    private const int ChunkBytes = 1024 * 1024;

    public override async Task<InfoResponse> Info(InfoRequest request, ServerCallContext context)
    {
        if (history.FindError(request.Digest) is { } error)
        {
            return new InfoResponse { Info = new Info { Digest = request.Digest, Size = error.Length } };
        }

        var digest = Digest.Parse(request.Digest);
        var found = await content.FindAsync(digest, context.CancellationToken) ?? throw new NotFoundException($"content {digest}: not found");
        var created = Timestamp.FromDateTimeOffset(found.Created);
        return new InfoResponse { Info = new Info { Digest = request.Digest, Size = found.Size, CreatedAt = created, UpdatedAt = created } };
    }

    public override async Task Read(ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responseStream, ServerCallContext context)
    {
        await using var stream = history.FindError(request.Digest) is { } error
            ? new MemoryStream(error)
            : await content.OpenReadAsync(Digest.Parse(request.Digest), context.CancellationToken);
        stream.Position = Math.Clamp(request.Offset, 0, stream.Length);
        var left = request.Size > 0 ? Math.Min(request.Size, stream.Length - stream.Position) : stream.Length - stream.Position;
        var buffer = new byte[Math.Min(ChunkBytes, Math.Max(1, left))];
        while (left > 0)
        {
            var offset = stream.Position;
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), context.CancellationToken);
            if (read == 0)
            {
                return;
            }

            left -= read;
            await responseStream.WriteAsync(new ReadContentResponse { Offset = offset, Data = ByteString.CopyFrom(buffer, 0, read) }, context.CancellationToken);
        }
    }
}
