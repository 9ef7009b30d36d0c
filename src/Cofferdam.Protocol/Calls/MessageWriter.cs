using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>Serializes messages, each with its prefix, into a buffer that is used again. Not thread-safe.</summary>
internal sealed class MessageWriter : SerializationContext, IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer = [];
    private int _length;

    /// <summary>The message with its prefix; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Serialize<T>(Marshaller<T> marshaller, T message)
    {
        _length = RpcLimits.PrefixBytes;
        Reserve(0);
        marshaller.ContextualSerializer(message, this);
        _buffer[0] = 0; // not compressed
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(1), _length - RpcLimits.PrefixBytes);
        return _buffer.AsMemory(0, _length);
    }

    public override void Complete(byte[] payload)
    {
        Reserve(payload.Length);
        payload.CopyTo(_buffer, _length);
        _length += payload.Length;
    }

    public override void Complete()
    {
    }

    public override void SetPayloadLength(int payloadLength) => Reserve(payloadLength);

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private void Reserve(int count)
    {
        if (_length + count <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, Math.Max(256, _buffer.Length * 2)));
        _buffer.AsSpan(0, Math.Min(_length, _buffer.Length)).CopyTo(larger);
        Dispose();
        _buffer = larger;
    }
}
