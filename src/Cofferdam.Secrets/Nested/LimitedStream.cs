namespace Cofferdam.Secrets.Nested;

/// <summary>The next bytes of a stream, up to a number; the stream stays the caller's.</summary>
internal sealed class LimitedStream(Stream source, long length) : Stream
{
    private long _left = length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Passes over what was not read; false when the source ends before.</summary>
    internal async ValueTask<bool> SkipAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(_left, 16 * 1024)];
        while (_left > 0)
        {
            if (await ReadAsync(buffer, cancellationToken) == 0)
            {
                return false;
            }
        }

        return true;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = _left == 0 ? 0 : await source.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
