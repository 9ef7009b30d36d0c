namespace Cofferdam.Storage.Layers;

/// <summary>A stream that cuts what is written into blocks of one size and hands them on; each block has two users.</summary>
internal sealed class BlockStream(int blockBytes, Func<PooledBuffer, CancellationToken, ValueTask> submit) : Stream
{
    private PooledBuffer? _block;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _block ??= new PooledBuffer(blockBytes, 2);
        if (buffer.Length >= blockBytes - _block.Length)
        {
            return WriteBlocksAsync(buffer, cancellationToken);
        }

        buffer.CopyTo(_block.All[_block.Length..]);
        _block.Length += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Hands on what is left, be it less than a block.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_block is { Length: > 0 } block)
        {
            _block = null;
            await submit(block, cancellationToken);
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask WriteBlocksAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            var block = _block ??= new PooledBuffer(blockBytes, 2);
            var count = Math.Min(buffer.Length, blockBytes - block.Length);
            buffer[..count].CopyTo(block.All[block.Length..]);
            block.Length += count;
            buffer = buffer[count..];
            if (block.Length == blockBytes)
            {
                _block = null;
                await submit(block, cancellationToken);
            }
        }
    }
}
