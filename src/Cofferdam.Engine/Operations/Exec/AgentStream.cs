using Cofferdam.Protocol.Ssh;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>A connection to a client's ssh agent.</summary>
internal sealed class AgentStream(AsyncDuplexStreamingCall<BytesMessage, BytesMessage> call) : Stream
{
    private readonly MessageReadStream<BytesMessage> _input = new(call.ResponseStream, message => message.Data);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await call.RequestStream.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(buffer.Span) }, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            call.Dispose();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }
}
