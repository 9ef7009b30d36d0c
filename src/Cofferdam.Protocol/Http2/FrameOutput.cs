using System.Buffers;

namespace Cofferdam.Protocol.Http2;

/// <summary>Frames that wait to be written to the transport. Not thread-safe: the connection's lock guards it.</summary>
internal sealed class FrameOutput : IDisposable
{
    private const int InitialBytes = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private byte[] _spare = ArrayPool<byte>.Shared.Rent(InitialBytes);

    /// <summary>Bytes that wait.</summary>
    public int Length { get; private set; }

    /// <summary>Appends a frame's header and gives the room for its payload.</summary>
    public Span<byte> Append(FrameType type, FrameFlags flags, int streamId, int length)
    {
        var needed = Length + FrameHeader.Size + length;
        if (needed > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        new FrameHeader(length, type, flags, streamId).Write(_buffer.AsSpan(Length));
        var payload = _buffer.AsSpan(Length + FrameHeader.Size, length);
        Length = needed;
        return payload;
    }

    /// <summary>Appends bytes that are no frame: the client's preface.</summary>
    public void AppendRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Takes what waits. It stays valid until the next call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var taken = _buffer.AsMemory(0, Length);
        (_buffer, _spare) = (_spare, _buffer);
        Length = 0;
        return taken;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        ArrayPool<byte>.Shared.Return(_spare, clearArray: true);
        (_buffer, _spare) = ([], []);
    }
}
