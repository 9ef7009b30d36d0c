using System.Buffers.Binary;

namespace Cofferdam.Protocol.Http2;

/// <summary>What the other side takes (RFC 9113 section 6.5.2); before it says so, the defaults.</summary>
internal sealed class PeerSettings
{
    private const int InitialWindowMaximum = int.MaxValue;

    public int FrameBytes { get; private set; } = 16384;

    public int InitialWindow { get; private set; } = 65535;

    public uint ConcurrentStreams { get; private set; } = uint.MaxValue;

    public uint HeaderListBytes { get; private set; } = uint.MaxValue;

    /// <summary>Takes the payload of a SETTINGS frame.</summary>
    public void Apply(ReadOnlySpan<byte> payload)
    {
        for (; payload.Length >= 6; payload = payload[6..])
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case 2 when value > 1:
                    throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "invalid SETTINGS_ENABLE_PUSH");
                case 3:
                    ConcurrentStreams = value;
                    break;
                case 4:
                    InitialWindow = value <= InitialWindowMaximum
                        ? (int)value
                        : throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "invalid SETTINGS_INITIAL_WINDOW_SIZE");
                    break;
                case 5:
                    FrameBytes = value is >= 16384 and <= 16777215
                        ? (int)value
                        : throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "invalid SETTINGS_MAX_FRAME_SIZE");
                    break;
                case 6:
                    HeaderListBytes = value;
                    break;
                default:
                    break; // The header table size does not matter: the encoder uses no dynamic table. Unknown ones are ignored.
            }
        }
    }
}
