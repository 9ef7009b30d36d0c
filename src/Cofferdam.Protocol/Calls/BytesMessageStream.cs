using Cofferdam.Protocol.Control;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>The bytes within a Control.Session call as a stream in both directions. Boundaries of messages mean nothing.</summary>
/// <param name="input">What the other side sends.</param>
/// <param name="output">What it is sent.</param>
/// <param name="close">Ends this side; may do nothing.</param>
public sealed class BytesMessageStream(IAsyncStreamReader<BytesMessage> input, IAsyncStreamWriter<BytesMessage> output, Func<Task> close) : Stream
{
    // Below what any peer takes (4 MiB), large enough that the outer call costs little.
    private const int ChunkBytes = 1024 * 1024;

    private ReadOnlyMemory<byte> _rest;
    private int _isClosed;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            try
            {
                if (!await input.MoveNext(cancellationToken))
                {
                    return 0;
                }
            }
            catch (RpcException error)
            {
                throw new IOException("the session's call ended", error);
            }

            _rest = input.Current.Data.Memory;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, ChunkBytes);
            try
            {
                // The message is serialized before the write returns, so it may share the caller's memory.
                await output.WriteAsync(new BytesMessage { Data = UnsafeByteOperations.UnsafeWrap(buffer[..count]) }, cancellationToken);
            }
            catch (Exception error) when (error is RpcException or InvalidOperationException)
            {
                throw new IOException("the session's call ended", error);
            }

            buffer = buffer[count..];
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            await close();
        }

        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
