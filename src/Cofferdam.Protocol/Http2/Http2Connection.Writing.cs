using System.Buffers;
using System.Buffers.Binary;

namespace Cofferdam.Protocol.Http2;

/// <content>The sending side: every method but the loop and <see cref="WriteAsync"/> is called under the lock.</content>
internal sealed partial class Http2Connection
{
    // Writers of data wait while so much is appended; one turn takes at most a quarter, so that streams take turns.
    private const int OutputHighWater = 1024 * 1024;
    private const int OutputTurn = OutputHighWater / 4;

    // So much is sent though more comes.
    private const int FollowedBytes = 16 * 1024;

    // What a peer can make us append (acknowledgements, resets) that it does not read.
    private const int ControlHighWater = OutputHighWater + (4 * 1024 * 1024);

    private readonly SemaphoreSlim _outputReady = new(0);
    private bool _isOutputSignalled;

    /// <summary>Sends data of a stream; waits for the windows of stream and connection and for room.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="data">What is sent; it is copied.</param>
    /// <param name="endStream">Whether it is the last.</param>
    /// <param name="isFollowed">Whether more comes at once, for which a small piece may wait.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    internal async ValueTask WriteAsync(Http2Stream stream, ReadOnlyMemory<byte> data, bool endStream, bool isFollowed, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task writable;
            lock (_lock)
            {
                ThrowIfNotWritable(stream);
                var turn = (int)Math.Min(Math.Min(data.Length, OutputTurn), Math.Min(stream.SendWindow, _sendWindow));
                if (data.IsEmpty || (turn > 0 && _output.Length < OutputHighWater))
                {
                    AppendData(stream, data.Span[..Math.Max(0, turn)], endStream && turn == data.Length);
                    if (!isFollowed || turn < data.Length || _output.Length >= FollowedBytes)
                    {
                        SignalOutput();
                    }

                    data = data[Math.Max(0, turn)..];
                    if (data.IsEmpty)
                    {
                        return;
                    }
                }

                SignalOutput(); // what waited for this
                writable = WritableAsync(stream);
            }

            await writable.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sends headers, or trailers with <paramref name="endStream"/>.</summary>
    internal void WriteHeaders(Http2Stream stream, IReadOnlyList<HeaderField> headers, bool endStream)
    {
        lock (_lock)
        {
            ThrowIfNotWritable(stream);
            AppendHeaders(stream, headers, endStream);
            if (endStream)
            {
                EndLocal(stream);
            }
        }
    }

    /// <summary>Gives up a stream; without effect when it has ended.</summary>
    internal bool TryReset(Http2Stream stream, Http2ErrorCode code)
    {
        lock (_lock)
        {
            if (!_streams.ContainsKey(stream.Id) || _failure is not null)
            {
                return false;
            }

            AppendReset(stream.Id, code);
            Remove(stream);
            return true;
        }
    }

    /// <summary>Lets a writer see that its stream has failed.</summary>
    internal void Wake(Http2Stream stream)
    {
        lock (_lock)
        {
            stream.SignalWritable();
        }
    }

    private static void ThrowIfStreamFailed(Http2Stream stream)
    {
        switch (stream.Failure)
        {
            case Http2StreamException failure:
                throw new Http2StreamException(failure.Code, failure.Message);
            case Http2ConnectionException failure:
                throw new Http2ConnectionException(failure.Code, failure.Message, failure);
        }
    }

    private void ThrowIfNotWritable(Http2Stream stream)
    {
        ThrowIfStreamFailed(stream);
        if (_failure is not null)
        {
            throw new Http2ConnectionException(_failure.Code, _failure.Message, _failure);
        }

        if (stream.IsLocalClosed)
        {
            throw new InvalidOperationException("the stream has been completed");
        }

        if (!_streams.ContainsKey(stream.Id))
        {
            throw new Http2StreamException(Http2ErrorCode.StreamClosed, "the stream has been given up");
        }
    }

    private Task WritableAsync(Http2Stream stream)
    {
        stream.Writable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_blocked.Contains(stream))
        {
            _blocked.Add(stream);
        }

        return stream.Writable.Task;
    }

    private void WakeWriters()
    {
        foreach (var stream in _blocked)
        {
            stream.SignalWritable();
        }

        _blocked.Clear();
    }

    private void AppendData(Http2Stream stream, ReadOnlySpan<byte> data, bool endStream)
    {
        stream.SendWindow -= data.Length;
        _sendWindow -= data.Length;
        do
        {
            var count = Math.Min(data.Length, _peer.FrameBytes);
            var isLast = count == data.Length;
            var flags = isLast && endStream ? FrameFlags.EndStream : FrameFlags.None;
            data[..count].CopyTo(_output.Append(FrameType.Data, flags, stream.Id, count));
            data = data[count..];
        }
        while (!data.IsEmpty);
        if (endStream)
        {
            EndLocal(stream);
        }
    }

    private void AppendHeaders(Http2Stream stream, IReadOnlyList<HeaderField> headers, bool endStream)
    {
        if (headers.Sum(static field => (long)field.Size) > _peer.HeaderListBytes)
        {
            throw new Http2StreamException(Http2ErrorCode.EnhanceYourCalm, $"the headers are larger than the {_peer.HeaderListBytes} bytes that the peer takes");
        }

        var block = new ArrayBufferWriter<byte>(512);
        HpackEncoder.Encode(headers, isFirst: !_hasSentHeaders, block);
        _hasSentHeaders = true;
        var rest = block.WrittenSpan;
        var type = FrameType.Headers;
        var flags = endStream ? FrameFlags.EndStream : FrameFlags.None;
        do
        {
            var count = Math.Min(rest.Length, _peer.FrameBytes);
            flags |= count == rest.Length ? FrameFlags.EndHeaders : FrameFlags.None;
            rest[..count].CopyTo(_output.Append(type, flags, stream.Id, count));
            rest = rest[count..];
            (type, flags) = (FrameType.Continuation, FrameFlags.None);
        }
        while (!rest.IsEmpty);
        SignalOutput();
    }

    private void AppendReset(int streamId, Http2ErrorCode code)
    {
        BinaryPrimitives.WriteInt32BigEndian(_output.Append(FrameType.ResetStream, FrameFlags.None, streamId, 4), (int)code);
        SignalOutput();
    }

    private void AppendWindowUpdate(int streamId, int increment)
    {
        BinaryPrimitives.WriteInt32BigEndian(_output.Append(FrameType.WindowUpdate, FrameFlags.None, streamId, 4), increment);
        SignalOutput();
    }

    private void GoAway(Http2ErrorCode code)
    {
        if (_failure is not null || (_isGoingAway && code == Http2ErrorCode.NoError))
        {
            return;
        }

        _isGoingAway = true;
        var payload = _output.Append(FrameType.GoAway, FrameFlags.None, 0, 8);
        BinaryPrimitives.WriteInt32BigEndian(payload, _lastPeerStreamId);
        BinaryPrimitives.WriteInt32BigEndian(payload[4..], (int)code);
        SignalOutput();
    }

    private void EndLocal(Http2Stream stream)
    {
        stream.IsLocalClosed = true;
        if (stream.IsRemoteClosed)
        {
            Remove(stream);
        }
    }

    private void Remove(Http2Stream stream)
    {
        if (_streams.Remove(stream.Id))
        {
            _slotFreed?.TrySetResult();
            _slotFreed = null;
            if (_isClosing && _streams.Count == 0)
            {
                SignalOutput();
            }
        }
    }

    private void SignalOutput()
    {
        if (_output.Length > ControlHighWater && !_isClient)
        {
            _isOverrun = true; // The read loop ends the connection: it is what lets the peer cause more.
        }

        if (!_isOutputSignalled)
        {
            _isOutputSignalled = true;
            _outputReady.Release();
        }
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            while (true)
            {
                await _outputReady.WaitAsync();
                ReadOnlyMemory<byte> taken;
                bool isLast;
                lock (_lock)
                {
                    _isOutputSignalled = false;
                    isLast = _failure is not null || (_isClosing && _streams.Count == 0);
                    taken = _output.Take();
                    WakeWriters();
                }

                await _transport.WriteAsync(taken);
                await _transport.FlushAsync();
                if (isLast)
                {
                    break;
                }
            }
        }
#pragma warning disable CA1031 // the transport is anyone's stream: whatever it throws, the connection is over
        catch (Exception error)
#pragma warning restore CA1031
        {
            Abort(new Http2ConnectionException(Http2ErrorCode.ConnectError, "the connection broke while it was written to", error), flush: false);
        }

        Abort(new Http2ConnectionException(Http2ErrorCode.NoError, "the connection was closed"), flush: true);
    }
}
