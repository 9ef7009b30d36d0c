using System.Buffers.Binary;

namespace Cofferdam.Protocol.Http2;

/// <content>What the read loop does with frames that carry neither data nor headers.</content>
internal sealed partial class Http2Connection
{
    private void OnReset(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4)
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a RST_STREAM frame of a wrong size");
        }

        if (header.StreamId == 0 || IsIdle(header.StreamId))
        {
            throw Protocol("RST_STREAM on a stream that is not open");
        }

        CountReset();
        var code = (Http2ErrorCode)BinaryPrimitives.ReadInt32BigEndian(payload);
        Http2Stream? stream;
        lock (_lock)
        {
            if (_streams.TryGetValue(header.StreamId, out stream))
            {
                Remove(stream);
            }
        }

        stream?.Fail(new Http2StreamException(code, $"the peer ended the stream: {code}"));
    }

    // "Rapid reset": streams that are opened and reset cost work and count as none.
    private void CountReset()
    {
        var now = Environment.TickCount64;
        if (now - _resetsSince > ResetWindowMilliseconds)
        {
            (_resets, _resetsSince) = (0, now);
        }

        if (++_resets > ResetsAtOnce && !_isClient)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, "too many streams that are reset");
        }
    }

    private void OnSettings(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId != 0)
        {
            throw Protocol("SETTINGS on a stream");
        }

        if (payload.Length % 6 != 0 || (header.Has(FrameFlags.Acknowledge) && payload.Length > 0))
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a SETTINGS frame of a wrong size");
        }

        _hasPeerSettings = true;
        CountEmptyFrame();
        if (header.Has(FrameFlags.Acknowledge))
        {
            return;
        }

        lock (_lock)
        {
            var before = _peer.InitialWindow;
            _peer.Apply(payload);
            foreach (var stream in _streams.Values)
            {
                stream.SendWindow += _peer.InitialWindow - before;
            }

            WakeWriters();
            _slotFreed?.TrySetResult();
            _slotFreed = null;
            _output.Append(FrameType.Settings, FrameFlags.Acknowledge, 0, 0);
            SignalOutput();
        }
    }

    private void OnPing(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 8 || header.StreamId != 0)
        {
            throw new Http2ConnectionException(payload.Length != 8 ? Http2ErrorCode.FrameSizeError : Http2ErrorCode.ProtocolError, "an invalid PING frame");
        }

        CountEmptyFrame();
        if (header.Has(FrameFlags.Acknowledge))
        {
            return;
        }

        lock (_lock)
        {
            payload.CopyTo(_output.Append(FrameType.Ping, FrameFlags.Acknowledge, 0, 8));
            SignalOutput();
        }
    }

    private void OnGoAway(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 8 || header.StreamId != 0)
        {
            throw new Http2ConnectionException(payload.Length < 8 ? Http2ErrorCode.FrameSizeError : Http2ErrorCode.ProtocolError, "an invalid GOAWAY frame");
        }

        var last = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        var code = (Http2ErrorCode)BinaryPrimitives.ReadInt32BigEndian(payload[4..]);
        Http2Stream[] refused;
        lock (_lock)
        {
            _isGoingAway = true;
            refused = _isClient ? [.. _streams.Values.Where(stream => stream.Id > last)] : [];
            foreach (var stream in refused)
            {
                Remove(stream);
            }

            _slotFreed?.TrySetResult();
            _slotFreed = null;
            _isClosing |= _isClient;
            SignalOutput();
        }

        foreach (var stream in refused)
        {
            stream.Fail(new Http2StreamException(Http2ErrorCode.RefusedStream, $"the peer is closing the connection: {code}"));
        }
    }

    private void OnWindowUpdate(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4)
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a WINDOW_UPDATE frame of a wrong size");
        }

        var increment = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        if (increment == 0 || (header.StreamId != 0 && IsIdle(header.StreamId)))
        {
            throw Protocol("an invalid WINDOW_UPDATE frame");
        }

        Http2Stream? overflown = null;
        lock (_lock)
        {
            if (header.StreamId == 0)
            {
                _sendWindow += increment;
                if (_sendWindow > int.MaxValue)
                {
                    throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "the connection's window overflows");
                }

                WakeWriters();
            }
            else if (_streams.TryGetValue(header.StreamId, out var stream))
            {
                stream.SendWindow += increment;
                overflown = stream.SendWindow > int.MaxValue ? stream : null;
                stream.SignalWritable();
            }
        }

        overflown?.Reset(Http2ErrorCode.FlowControlError);
    }
}
