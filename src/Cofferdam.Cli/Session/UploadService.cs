using System.Collections.Concurrent;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Upload;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Sends streams, for example a context from standard input. Each can be sent once.</summary>
internal sealed class UploadService(IReadOnlyDictionary<string, Stream> uploads) : Upload.UploadBase
{
    private readonly ConcurrentDictionary<string, Stream> _uploads = new(uploads);

    public override async Task Pull(IAsyncStreamReader<BytesMessage> requestStream, IServerStreamWriter<BytesMessage> responseStream, ServerCallContext context)
    {
        var id = (context.RequestHeaders.GetValue("urlpath") ?? string.Empty).TrimStart('/');
        if (!_uploads.TryRemove(id, out var stream))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"there is no upload {id}"));
        }

        await using var chunks = new MessageWriteStream(Limits.SessionChunkBytes / 3, data => responseStream.WriteAsync(new BytesMessage { Data = data }, context.CancellationToken));
        await stream.CopyToAsync(chunks, context.CancellationToken);
        await chunks.FlushAsync(context.CancellationToken);
    }
}
