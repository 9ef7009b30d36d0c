namespace Cofferdam.Cli.Build;

/// <summary>A stream of which the first block was read ahead, to know what it is.</summary>
internal sealed class PeekedStream : Stream
{
    private const int BlockSize = 512;
    private readonly Stream _inner;
    private ReadOnlyMemory<byte> _head;

    private PeekedStream(Stream inner, ReadOnlyMemory<byte> head)
    {
        (_inner, _head) = (inner, head);
        IsArchive = LooksLikeArchive(head.Span);
    }

    /// <summary>Whether it is a tar, or something compressed.</summary>
    public bool IsArchive { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Reads the first block.</summary>
    public static async Task<PeekedStream> OpenAsync(Stream inner, CancellationToken cancellationToken)
    {
        var head = new byte[BlockSize];
        var length = await inner.ReadAtLeastAsync(head, BlockSize, throwOnEndOfStream: false, cancellationToken);
        return new PeekedStream(inner, head.AsMemory(0, length));
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => TakeHead(buffer) is > 0 and var taken ? taken : _inner.Read(buffer);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        TakeHead(buffer.Span) is > 0 and var taken ? ValueTask.FromResult(taken) : _inner.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static bool LooksLikeArchive(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) // gzip, RFC 1952
        || head.StartsWith("BZh"u8)
        || head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) // xz
        || head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) // zstd, RFC 8878
        || (head.Length >= 262 && head[257..].StartsWith("ustar"u8)) // POSIX.1-2001 pax, ustar
        || IsOldTar(head);

    // V7 archives have no magic; the checksum of the header tells them.
    private static bool IsOldTar(ReadOnlySpan<byte> head)
    {
        if (head.Length < BlockSize)
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < BlockSize; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : head[i];
        }

        var stated = 0;
        foreach (var digit in head[148..156])
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
            {
                stated = (stated * 8) + digit - '0';
            }
        }

        return sum == stated && sum != 8 * ' ';
    }

    private int TakeHead(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _head.Length);
        _head.Span[..count].CopyTo(buffer);
        _head = _head[count..];
        return count;
    }
}
