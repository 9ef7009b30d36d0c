using System.Buffers;
using System.Buffers.Binary;
using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>Cuts a stream's data into messages. One read at a time.</summary>
internal sealed class MessageReader(Http2Stream stream) : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>The next message; null at the end.</summary>
    public async ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await stream.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var end = buffer.Start;
            var isWhole = false;
            try
            {
                if (TryCut(buffer, out end))
                {
                    isWhole = true;
                    return marshaller.ContextualDeserializer(this);
                }
            }
            catch (Exception error) when (error is not RpcException)
            {
                throw new RpcException(new Status(StatusCode.Internal, $"a message does not parse: {error.Message}", error));
            }
            finally
            {
                _payload = default;
                stream.Advance(buffer, end, isWhole ? end : buffer.End);
            }

            if (result.IsCompleted)
            {
                return buffer.IsEmpty ? null : throw new RpcException(new Status(StatusCode.Internal, "the stream ended within a message"));
            }
        }
    }

    private bool TryCut(ReadOnlySequence<byte> buffer, out SequencePosition end)
    {
        end = buffer.Start;
        if (buffer.Length < RpcLimits.PrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[RpcLimits.PrefixBytes];
        buffer.Slice(0, RpcLimits.PrefixBytes).CopyTo(prefix);
        if (prefix[0] != 0)
        {
            throw new RpcException(new Status(StatusCode.Unimplemented, "compressed messages are not supported"));
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > RpcLimits.MessageBytes)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"a message of {length} bytes is larger than the {RpcLimits.MessageBytes} that are taken"));
        }

        if (buffer.Length < RpcLimits.PrefixBytes + length)
        {
            return false;
        }

        _payload = buffer.Slice(RpcLimits.PrefixBytes, length);
        end = _payload.End;
        return true;
    }
}
