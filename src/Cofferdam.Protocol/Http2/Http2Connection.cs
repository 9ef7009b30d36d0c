using System.Buffers.Binary;

namespace Cofferdam.Protocol.Http2;

/// <summary>One HTTP/2 connection (RFC 9113) over any stream of bytes, on either side of it. Thread-safe.</summary>
/// <remarks>Two loops run it: one reads frames and never waits for anyone, one writes what has been appended. Everything else is done by the callers.</remarks>
internal sealed partial class Http2Connection : IAsyncDisposable
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    // How long the last frames may take once nobody reads any more.
    private static readonly TimeSpan _lastWrite = TimeSpan.FromSeconds(2);

    private readonly Stream _transport;
    private readonly bool _isClient;
    private readonly Http2Options _options;
    private readonly Func<Http2Stream, Task> _accept;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _handlersEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Lock _lock = new(); // guards what follows and the send side of all streams
    private readonly Dictionary<int, Http2Stream> _streams = [];
    private readonly FrameOutput _output = new();
    private readonly PeerSettings _peer = new();
    private readonly List<Http2Stream> _blocked = [];
    private long _sendWindow = 65535;
    private int _nextStreamId;
    private int _handlers;
    private bool _hasSentHeaders;
    private bool _isGoingAway;
    private bool _isClosing;
    private Http2ConnectionException? _failure;
    private TaskCompletionSource? _slotFreed;

    private Http2Connection(Stream transport, bool isClient, Http2Options options, Func<Http2Stream, Task> accept)
    {
        (_transport, _isClient, _options, _accept) = (transport, isClient, options, accept);
        _nextStreamId = isClient ? 1 : 2;
        _headerDecoder = new HpackDecoder(options.HeaderListBytes);
        _receiveWindow = options.ConnectionWindow;
        WritePreface();
        Completion = RunAsync();
    }

    /// <summary>Ends when the connection has ended and every handler has returned; never fails.</summary>
    public Task Completion { get; }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>What this side takes.</summary>
    public Http2Options Options => _options;

    /// <summary>Begins as the client. Owns the transport.</summary>
    public static Http2Connection StartClient(Stream transport, Http2Options options) =>
        new(transport, isClient: true, options, static _ => Task.CompletedTask);

    /// <summary>Begins as the server; <paramref name="accept"/> is run for each stream, its task must not fail. Owns the transport.</summary>
    public static Http2Connection StartServer(Stream transport, Http2Options options, Func<Http2Stream, Task> accept) =>
        new(transport, isClient: false, options, accept);

    /// <summary>Opens a stream with its first headers; waits while the peer has as many as it takes.</summary>
    public async ValueTask<Http2Stream> OpenStreamAsync(IReadOnlyList<HeaderField> headers, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task slotFreed;
            lock (_lock)
            {
                ThrowIfNotOpen();
                if (_streams.Count < _peer.ConcurrentStreams)
                {
                    var stream = new Http2Stream(this, _nextStreamId, _peer.InitialWindow);
                    AppendHeaders(stream, headers, endStream: false);
                    _nextStreamId += 2;
                    _streams.Add(stream.Id, stream);
                    return stream;
                }

                slotFreed = (_slotFreed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await slotFreed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Tells the peer to open no more streams and ends the connection when those that are open have ended.</summary>
    public void Shutdown()
    {
        lock (_lock)
        {
            GoAway(Http2ErrorCode.NoError);
            _isClosing = true;
            SignalOutput();
        }
    }

    /// <summary>Ends the connection now. All streams fail.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            GoAway(Http2ErrorCode.NoError);
        }

        Abort(new Http2ConnectionException(Http2ErrorCode.NoError, "the connection was closed"), flush: true);
        await Completion;
    }

    private void WritePreface()
    {
        lock (_lock)
        {
            if (_isClient)
            {
                _output.AppendRaw(Preface);
            }

            Span<(ushort Key, int Value)> settings =
            [
                (3, _options.ConcurrentStreams), (4, _options.StreamWindow), (5, _options.FrameBytes), (6, _options.HeaderListBytes), (2, 0),
            ];
            settings = _isClient ? settings : settings[..^1]; // Only a client may forbid push.
            var payload = _output.Append(FrameType.Settings, FrameFlags.None, 0, settings.Length * 6);
            foreach (var (key, value) in settings)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload, key);
                BinaryPrimitives.WriteInt32BigEndian(payload[2..], value);
                payload = payload[6..];
            }

            AppendWindowUpdate(0, _options.ConnectionWindow - 65535);
        }
    }

    private async Task RunAsync()
    {
        var writing = WriteLoopAsync();
        await ReadLoopAsync();
        try
        {
            await writing.WaitAsync(_lastWrite);
        }
        catch (TimeoutException)
        {
            // The peer does not read; closing the transport ends the write.
        }

        await _transport.DisposeAsync();
        await writing;
        bool isIdle;
        lock (_lock)
        {
            _output.Dispose();
            isIdle = _handlers == 0;
        }

        if (!isIdle)
        {
            await _handlersEnded.Task;
        }
    }

    private void ThrowIfNotOpen()
    {
        if (_failure is not null)
        {
            throw new Http2ConnectionException(_failure.Code, _failure.Message, _failure);
        }

        if (_isGoingAway)
        {
            throw new Http2ConnectionException(Http2ErrorCode.NoError, "the connection is being closed");
        }
    }

    /// <summary>Ends the connection: all streams fail, the loops end. Only the first call counts.</summary>
    private void Abort(Http2ConnectionException failure, bool flush)
    {
        Http2Stream[] streams;
        TaskCompletionSource? slotFreed;
        lock (_lock)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = failure;
            streams = [.. _streams.Values];
            _streams.Clear();
            _blocked.Clear();
            (slotFreed, _slotFreed) = (_slotFreed, null);
            SignalOutput();
        }

        slotFreed?.SetResult();
        foreach (var stream in streams)
        {
            stream.Fail(failure);
        }

        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection._closed.Cancel(), this, preferLocal: false);
        if (!flush)
        {
            _transport.Dispose(); // Wakes a write that hangs.
        }

        _stopReading.Cancel();
    }

    private void StartHandler(Http2Stream stream) =>
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Connection.Handle(state.Stream), (Connection: this, Stream: stream), preferLocal: false);

    // The one place where a task is let go: the count of handlers is what Completion waits for.
#pragma warning disable VSTHRD100, AsyncFixer03 // counted in _handlers
    private async void Handle(Http2Stream stream)
#pragma warning restore VSTHRD100, AsyncFixer03
    {
        try
        {
            await _accept(stream);
        }
#pragma warning disable CA1031 // a handler that fails costs its stream, never the process
        catch (Exception)
#pragma warning restore CA1031
        {
            stream.Reset(Http2ErrorCode.InternalError);
        }

        lock (_lock)
        {
            _handlers--;
            if (_handlers == 0 && _failure is not null)
            {
                _handlersEnded.TrySetResult();
            }
        }
    }
}
