using System.Buffers;

namespace Cofferdam.Protocol.Http2;

/// <content>The receiving side: everything here runs on the read loop, except what returns credit.</content>
internal sealed partial class Http2Connection
{
    // The most that a header block may have in frames: the list's limit and what Huffman and literals can add.
    private const int BlockOverhead = 64 * 1024;

    // Frames that carry nothing (empty data and continuations, resets, pings) in a row, or resets in a window of time, before a peer is sent away.
    private const int EmptyFrames = 10_000;
    private const int ResetsAtOnce = 1000;
    private const long ResetWindowMilliseconds = 10_000;

    private readonly CancellationTokenSource _stopReading = new();
    private readonly HpackDecoder _headerDecoder;
    private readonly ArrayBufferWriter<byte> _block = new(4096);
    private byte[] _input = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _inputStart;
    private int _inputEnd;
    private FrameHeader? _openBlock; // the HEADERS frame whose continuations are awaited
    private bool _hasPeerSettings;
    private int _lastPeerStreamId;
    private int _emptyFrames;
    private int _resets;
    private long _resetsSince;
    private volatile bool _isOverrun;

    // Under the lock: credit the peer has, bytes not read by their streams' readers, bytes to be credited.
    private long _receiveWindow;
    private long _buffered;
    private int _uncredited;

    /// <summary>The reader of a stream has taken bytes, or never will: the peer may send as many more.</summary>
    internal void ReturnCredit(Http2Stream stream, int count)
    {
        lock (_lock)
        {
            _buffered -= count;
            Credit();
            stream.Uncredited += count;
            if (stream.Uncredited >= _options.StreamWindow / 2 && !stream.IsRemoteClosed && _failure is null && _streams.ContainsKey(stream.Id))
            {
                stream.ReceiveWindow += stream.Uncredited;
                AppendWindowUpdate(stream.Id, stream.Uncredited);
                stream.Uncredited = 0;
            }
        }
    }

    // The connection's window is refilled at once, so that a reader that rests does not hold up the others; only when too much waits it is not.
    private void Credit()
    {
        if (_uncredited >= _options.ConnectionWindow / 4 && _buffered < _options.BufferedBytes && _failure is null)
        {
            _receiveWindow += _uncredited;
            AppendWindowUpdate(0, _uncredited);
            _uncredited = 0;
        }
    }

    private async Task ReadLoopAsync()
    {
        Http2ConnectionException failure;
        try
        {
            if (!_isClient)
            {
                await FillAsync(Preface.Length);
                CheckPreface();
            }

            while (await ReadFrameAsync())
            {
            }

            failure = new Http2ConnectionException(Http2ErrorCode.NoError, "the connection was closed by the peer");
        }
        catch (Http2ConnectionException error)
        {
            lock (_lock)
            {
                GoAway(error.Code);
            }

            failure = error;
        }
#pragma warning disable CA1031 // the transport is anyone's stream: whatever it throws, the connection is over
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = new Http2ConnectionException(Http2ErrorCode.ConnectError, "the connection broke while it was read", error);
        }

        Abort(failure, flush: true);
        ArrayPool<byte>.Shared.Return(_input, clearArray: true);
    }

    private void CheckPreface()
    {
        if (!_input.AsSpan(_inputStart, Preface.Length).SequenceEqual(Preface))
        {
            throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "the peer does not speak HTTP/2");
        }

        _inputStart += Preface.Length;
    }

    // False at the end of the transport.
    private async ValueTask<bool> ReadFrameAsync()
    {
        if (!await FillAsync(FrameHeader.Size))
        {
            return false;
        }

        var header = FrameHeader.Read(_input.AsSpan(_inputStart));
        if (header.Length > _options.FrameBytes)
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, $"a frame of {header.Length} bytes is larger than the {_options.FrameBytes} announced");
        }

        if (!await FillAsync(FrameHeader.Size + header.Length))
        {
            return false;
        }

        var payload = _input.AsSpan(_inputStart + FrameHeader.Size, header.Length);
        Handle(header, payload);
        _inputStart += FrameHeader.Size + header.Length;
        return true;
    }

    // False when the transport ends before so many bytes are there.
    private async ValueTask<bool> FillAsync(int count)
    {
        while (_inputEnd - _inputStart < count)
        {
            if (_inputStart == _inputEnd)
            {
                _inputStart = _inputEnd = 0;
            }

            if (_inputStart + count > _input.Length)
            {
                var target = count > _input.Length ? ArrayPool<byte>.Shared.Rent(2 * count) : _input;
                _input.AsSpan(_inputStart.._inputEnd).CopyTo(target);
                (_inputStart, _inputEnd) = (0, _inputEnd - _inputStart);
                if (target != _input)
                {
                    ArrayPool<byte>.Shared.Return(_input, clearArray: true);
                    _input = target;
                }
            }

            var read = await _transport.ReadAsync(_input.AsMemory(_inputEnd), _stopReading.Token);
            if (read == 0)
            {
                return false;
            }

            _inputEnd += read;
        }

        return true;
    }

    private void Handle(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_isOverrun)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, "the peer does not read what it asks for");
        }

        if (!_hasPeerSettings && header.Type != FrameType.Settings)
        {
            throw Protocol("the first frame is not SETTINGS");
        }

        if (_openBlock is { } open && (header.Type != FrameType.Continuation || header.StreamId != open.StreamId))
        {
            throw Protocol("a header block is interrupted");
        }

        switch (header.Type)
        {
            case FrameType.Data:
                OnData(header, payload);
                break;
            case FrameType.Headers:
                OnHeaders(header, payload);
                break;
            case FrameType.Continuation:
                OnContinuation(header, payload);
                break;
            case FrameType.ResetStream:
                OnReset(header, payload);
                break;
            case FrameType.Settings:
                OnSettings(header, payload);
                break;
            case FrameType.Ping:
                OnPing(header, payload);
                break;
            case FrameType.GoAway:
                OnGoAway(header, payload);
                break;
            case FrameType.WindowUpdate:
                OnWindowUpdate(header, payload);
                break;
            case FrameType.Priority when header.Length != 5:
                throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a PRIORITY frame of a wrong size");
            case FrameType.PushPromise:
                throw Protocol("PUSH_PROMISE was not allowed");
            default:
                CountEmptyFrame(); // Unknown types are ignored (RFC 9113 section 5.5), as is priority.
                break;
        }
    }

    private static Http2ConnectionException Protocol(string message) => new(Http2ErrorCode.ProtocolError, message);

    private void CountEmptyFrame()
    {
        if (++_emptyFrames > EmptyFrames)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, "too many frames that carry nothing");
        }
    }

    private static ReadOnlySpan<byte> RemovePadding(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (!header.Has(FrameFlags.Padded))
        {
            return payload;
        }

        // RFC 9113 section 6.1: padding as long as the payload is an error.
        return payload.Length > 0 && payload[0] < payload.Length ? payload[1..^payload[0]] : throw Protocol("invalid padding");
    }

    private bool IsIdle(int streamId)
    {
        lock (_lock)
        {
            return (streamId & 1) == (_isClient ? 1 : 0) ? streamId >= _nextStreamId : streamId > _lastPeerStreamId;
        }
    }

    private void OnData(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId == 0 || IsIdle(header.StreamId))
        {
            throw Protocol("DATA on a stream that is not open");
        }

        var data = RemovePadding(header, payload);
        Http2Stream? stream;
        lock (_lock)
        {
            _receiveWindow -= payload.Length;
            if (_receiveWindow < 0)
            {
                throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "more data than the connection's window allows");
            }

            _uncredited += payload.Length;
            _buffered += payload.Length;
            _streams.TryGetValue(header.StreamId, out stream);
            if (stream is null || stream.IsRemoteClosed)
            {
                _buffered -= payload.Length; // It was reset here while this was under way.
                stream = null;
            }
            else if ((stream.ReceiveWindow -= payload.Length) < 0)
            {
                throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "more data than the stream's window allows");
            }

            Credit();
        }

        if (data.IsEmpty && !header.Has(FrameFlags.EndStream))
        {
            CountEmptyFrame();
        }
        else if (!data.IsEmpty)
        {
            _emptyFrames = 0;
        }

        if (stream is null)
        {
            return;
        }

        if (payload.Length > data.Length)
        {
            ReturnCredit(stream, payload.Length - data.Length);
        }

        stream.Receive(data);
        if (header.Has(FrameFlags.EndStream))
        {
            EndRemote(stream, null);
        }
    }

    private void EndRemote(Http2Stream stream, IReadOnlyList<HeaderField>? trailers)
    {
        stream.ReceiveEnd(trailers);
        lock (_lock)
        {
            stream.IsRemoteClosed = true;
            if (stream.IsLocalClosed)
            {
                Remove(stream);
            }
        }
    }

    private void OnHeaders(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId == 0)
        {
            throw Protocol("HEADERS without a stream");
        }

        payload = RemovePadding(header, payload);
        if (header.Has(FrameFlags.Priority))
        {
            payload = payload.Length >= 5 ? payload[5..] : throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a HEADERS frame that is too short");
        }

        _openBlock = header;
        AppendBlock(payload, header.Has(FrameFlags.EndHeaders));
    }

    private void OnContinuation(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_openBlock is null)
        {
            throw Protocol("CONTINUATION without HEADERS");
        }

        if (payload.Length < 1024 && !header.Has(FrameFlags.EndHeaders))
        {
            CountEmptyFrame();
        }

        AppendBlock(payload, header.Has(FrameFlags.EndHeaders));
    }

    private void AppendBlock(ReadOnlySpan<byte> part, bool isEnd)
    {
        if (_block.WrittenCount + part.Length > _options.HeaderListBytes + BlockOverhead)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, "a header block that is too large");
        }

        _block.Write(part);
        if (isEnd)
        {
            var header = _openBlock!.Value;
            _openBlock = null;
            var fields = _headerDecoder.Decode(_block.WrittenSpan);
            _block.ResetWrittenCount();
            OnHeaderList(header.StreamId, fields, header.Has(FrameFlags.EndStream));
        }
    }

    private void OnHeaderList(int streamId, List<HeaderField>? fields, bool endStream)
    {
        Http2Stream? stream;
        lock (_lock)
        {
            _streams.TryGetValue(streamId, out stream);
        }

        if (stream is null && !IsIdle(streamId))
        {
            return; // Of a stream that was reset here.
        }

        if (stream is null)
        {
            stream = AcceptStream(streamId, fields);
            if (stream is null)
            {
                return;
            }

            stream.ReceiveHeaders(fields!);
            StartHandler(stream);
        }
        else if (fields is null || stream.IsRemoteClosed)
        {
            stream.Reset(fields is null ? Http2ErrorCode.EnhanceYourCalm : Http2ErrorCode.StreamClosed);
            return;
        }
        else if (_isClient && !stream.HasHeaders)
        {
            // An informational answer is followed by the real one.
            if (!endStream && fields.Exists(static field => field is { Name: ":status", Value: ['1', ..] }))
            {
                return;
            }

            stream.ReceiveHeaders(fields);
        }
        else
        {
            if (!endStream)
            {
                stream.Reset(Http2ErrorCode.ProtocolError);
                return;
            }

            EndRemote(stream, fields);
            return;
        }

        if (endStream)
        {
            EndRemote(stream, null);
        }
    }

    // Null when the stream is refused.
    private Http2Stream? AcceptStream(int streamId, List<HeaderField>? fields)
    {
        if (_isClient || (streamId & 1) == 0)
        {
            throw Protocol("a stream opened by the wrong side");
        }

        _lastPeerStreamId = streamId;
        lock (_lock)
        {
            if (_isGoingAway || _failure is not null)
            {
                return null; // GOAWAY told the peer.
            }

            var refusal = fields is null ? Http2ErrorCode.EnhanceYourCalm
                : _handlers >= _options.ConcurrentStreams ? Http2ErrorCode.RefusedStream
                : !IsRequest(fields) ? Http2ErrorCode.ProtocolError
                : Http2ErrorCode.NoError;
            if (refusal != Http2ErrorCode.NoError)
            {
                AppendReset(streamId, refusal);
                return null;
            }

            var stream = new Http2Stream(this, streamId, _peer.InitialWindow);
            _streams.Add(streamId, stream);
            _handlers++; // Counted until it returns: a peer that resets its streams at once does not get more.
            return stream;
        }
    }

    // RFC 9113 section 8.2 and 8.3.1: pseudo fields first, no upper case.
    private static bool IsRequest(List<HeaderField> fields)
    {
        var (hasMethod, hasPath, hasRegular) = (false, false, false);
        foreach (var (name, _) in fields)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyInRange('A', 'Z') || (name[0] == ':' && hasRegular))
            {
                return false;
            }

            hasRegular |= name[0] != ':';
            hasMethod |= name == ":method";
            hasPath |= name == ":path";
        }

        return hasMethod && hasPath;
    }
}
