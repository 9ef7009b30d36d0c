using Cofferdam.Protocol.FileSync;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Bytes written to it go to the client as a file (session FileSend). <see cref="CompleteAsync"/> waits until the client has them all.</summary>
internal sealed class FileSendStream : Stream
{
    private const int ChunkBytes = 1024 * 1024;

    private readonly AsyncDuplexStreamingCall<BytesMessage, BytesMessage> _call;
    private readonly byte[] _buffer = new byte[ChunkBytes];
    private int _length;

    /// <summary>Begins the transfer.</summary>
    /// <param name="session">The client.</param>
    /// <param name="exporterIndex">Which of the client's outputs it is.</param>
    /// <param name="response">What the client is told of it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public FileSendStream(IClientSession session, int exporterIndex, IReadOnlyDictionary<string, string> response, CancellationToken cancellationToken)
    {
        var metadata = new Metadata { { "buildkit-attachable-exporter-id", exporterIndex.ToString() } };
        foreach (var (key, value) in response)
        {
            metadata.Add("exporter-md-" + key, value);
        }

        _call = new FileSend.FileSendClient(session.Calls).DiffCopy(metadata, cancellationToken: cancellationToken);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, ChunkBytes - _length);
            buffer[..count].CopyTo(_buffer.AsMemory(_length));
            _length += count;
            buffer = buffer[count..];
            if (_length == ChunkBytes)
            {
                await FlushAsync(cancellationToken);
            }
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_length > 0)
        {
            var message = new BytesMessage { Data = ByteString.CopyFrom(_buffer, 0, _length) };
            _length = 0;
            await _call.RequestStream.WriteAsync(message, cancellationToken);
        }
    }

    /// <summary>Sends the rest and waits for the client to say that it has everything. That the client has the file already is no error.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await _call.RequestStream.CompleteAsync();
        try
        {
            while (await _call.ResponseStream.MoveNext(cancellationToken))
            {
                // The client sends nothing; its end is its answer.
            }
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.AlreadyExists)
        {
            return;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _call.Dispose();
        }

        base.Dispose(disposing);
    }
}
