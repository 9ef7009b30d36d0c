using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Cofferdam.Registry.Transfers;

/// <summary>A blob, from an offset on, as the body of a request.</summary>
internal sealed class UploadContent : HttpContent
{
    private const int BufferBytes = 128 * 1024;

    private readonly Func<long, CancellationToken, ValueTask<Stream>> _open;
    private readonly long _offset;
    private readonly long _size;
    private readonly IProgress<long>? _progress;

    internal UploadContent(Func<long, CancellationToken, ValueTask<Stream>> open, long offset, long size, IProgress<long>? progress)
    {
        (_open, _offset, _size, _progress) = (open, offset, size, progress);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var source = await _open(_offset, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var position = _offset;
            while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                position += read;
                _progress?.Report(position);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _size - _offset;
        return true;
    }
}
