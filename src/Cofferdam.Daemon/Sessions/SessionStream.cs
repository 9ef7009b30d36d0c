using Cofferdam.Protocol.Control;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>The bytes of a session's stream of messages; where one message ends means nothing.</summary>
internal sealed class SessionStream(IAsyncStreamReader<BytesMessage> requests, IServerStreamWriter<BytesMessage> responses, CancellationToken stop) : Stream
{
    private readonly SemaphoreSlim _writing = new(1);
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            // Also cancelled when the connection is disposed: a read must not outlive it.
            if (!await requests.MoveNext(cancellationToken.CanBeCanceled ? cancellationToken : stop))
            {
                return 0;
            }

            _rest = requests.Current.Data.Memory;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (var rest = buffer; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, Model.Limits.SessionChunkBytes)..])
            {
                var chunk = rest[..Math.Min(rest.Length, Model.Limits.SessionChunkBytes)];
                await responses.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(chunk.Span) }, stop);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
