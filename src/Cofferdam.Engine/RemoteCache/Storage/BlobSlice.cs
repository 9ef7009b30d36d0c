using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Cofferdam.Engine;

/// <summary>A part of a blob as the body of a request; read anew for each attempt.</summary>
internal sealed class BlobSlice : HttpContent
{
    private const int BufferBytes = 128 * 1024;

    private readonly Func<CancellationToken, ValueTask<Stream>> _open;
    private readonly long _offset;
    private readonly long _length;

    public BlobSlice(Func<CancellationToken, ValueTask<Stream>> open, long offset, long length)
    {
        (_open, _offset, _length) = (open, offset, length);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        Headers.ContentLength = length;
    }

    /// <summary>The same part for another request: sending disposes a body.</summary>
    public BlobSlice Again() => new(_open, _offset, _length);

    /// <summary>The SHA-256 of the part, in hexadecimal.</summary>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync((piece, _) =>
        {
            hash.AppendData(piece.Span);
            return ValueTask.CompletedTask;
        }, cancellationToken);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => ReadAsync(stream.WriteAsync, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    private async Task ReadAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellationToken)
    {
        await using var source = await _open(cancellationToken);
        if (_offset > 0)
        {
            source.Seek(_offset, SeekOrigin.Begin);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var left = _length; left > 0;)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
                if (read == 0)
                {
                    throw new EndOfStreamException($"the blob ends {left} bytes early");
                }

                await take(buffer.AsMemory(0, read), cancellationToken);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
