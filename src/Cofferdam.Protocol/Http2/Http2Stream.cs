using System.Buffers;
using System.IO.Pipelines;

namespace Cofferdam.Protocol.Http2;

/// <summary>One stream of a connection. One reader and one writer at a time; the rest is thread-safe.</summary>
#pragma warning disable CA1001 // the token source has no timer and nobody waits on its handle: there is nothing to release
internal sealed class Http2Stream
#pragma warning restore CA1001
{
    // No threshold: what waits is bounded by the window.
    private static readonly PipeOptions _pipeOptions = new(ClearingMemoryPool.Instance, pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 16 * 1024, useSynchronizationContext: false);

    private readonly Http2Connection _connection;
    private readonly Pipe _input = new(_pipeOptions);
    private readonly TaskCompletionSource<IReadOnlyList<HeaderField>> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _aborted = new();
    private readonly Lock _inputLock = new(); // guards the pipe's writer and Failure
    private bool _isInputCompleted;
    private int _examined;
    private int _uncreditedInput;

    public Http2Stream(Http2Connection connection, int id, int sendWindow)
    {
        (_connection, Id, SendWindow, ReceiveWindow) = (connection, id, sendWindow, connection.Options.StreamWindow);
    }

    public int Id { get; }

    /// <summary>The request's headers on a server, the response's on a client. Fails when the stream does.</summary>
    public Task<IReadOnlyList<HeaderField>> Headers => _headers.Task;

    /// <summary>Whether <see cref="Headers"/> are there.</summary>
    public bool HasHeaders => _headers.Task.IsCompleted;

    /// <summary>The trailers; null before the end of the input and when there were none.</summary>
    public IReadOnlyList<HeaderField>? Trailers { get; private set; }

    /// <summary>Cancelled when the peer gives the stream up or the connection ends, or <see cref="Reset"/> is called.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>Why the stream ended before its end; null when it did not.</summary>
    public Exception? Failure { get; private set; }

    // Guarded by the connection's lock.
    internal long SendWindow { get; set; }

    internal long ReceiveWindow { get; set; }

    internal int Uncredited { get; set; }

    internal bool IsLocalClosed { get; set; }

    internal bool IsRemoteClosed { get; set; }

    internal TaskCompletionSource? Writable { get; set; }

    /// <summary>Sends headers, or trailers with <paramref name="endStream"/>.</summary>
    public void WriteHeaders(IReadOnlyList<HeaderField> headers, bool endStream) => _connection.WriteHeaders(this, headers, endStream);

    /// <summary>Sends data; returns when it is copied, which is when the windows allow it.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, bool endStream, CancellationToken cancellationToken) => WriteAsync(data, endStream, isFollowed: false, cancellationToken);

    /// <summary>The same; with <paramref name="isFollowed"/> it may wait for what comes next.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, bool endStream, bool isFollowed, CancellationToken cancellationToken) =>
        _connection.WriteAsync(this, data, endStream, isFollowed, cancellationToken);

    /// <summary>What has arrived; completed at the end of the input. Call <see cref="Advance"/> before the next.</summary>
    public ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken) => _input.Reader.ReadAsync(cancellationToken);

    /// <summary>Releases what was consumed, and lets the peer send as much as was examined.</summary>
    public void Advance(ReadOnlySequence<byte> buffer, SequencePosition consumed, SequencePosition examined)
    {
        var consumedBytes = (int)buffer.Slice(0, consumed).Length;
        var examinedBytes = (int)buffer.Slice(0, examined).Length;
        var fresh = Math.Max(0, examinedBytes - _examined);
        _examined = Math.Max(_examined, examinedBytes) - consumedBytes;
        _input.Reader.AdvanceTo(consumed, examined);
        if (fresh > 0)
        {
            ReturnCredit(fresh);
        }
    }

    /// <summary>Says that nobody will read any more; what comes is dropped. Not while a read is under way.</summary>
    public void CloseInput()
    {
        lock (_inputLock)
        {
            if (!_isInputCompleted)
            {
                _isInputCompleted = true;
                _input.Writer.Complete();
            }
        }

        _input.Reader.Complete();
        ReturnCredit(int.MaxValue);
    }

    /// <summary>Gives the stream up and tells the peer why; without effect when it has ended.</summary>
    public void Reset(Http2ErrorCode code)
    {
        if (_connection.TryReset(this, code))
        {
            Fail(new Http2StreamException(code, $"the stream was given up: {code}"));
        }
    }

    internal void SignalWritable()
    {
        Writable?.TrySetResult();
        Writable = null;
    }

    internal void ReceiveHeaders(IReadOnlyList<HeaderField> headers) => _headers.TrySetResult(headers);

    internal void Receive(ReadOnlySpan<byte> data)
    {
        var isDropped = false;
        lock (_inputLock)
        {
            isDropped = _isInputCompleted;
            if (!isDropped && !data.IsEmpty)
            {
                Interlocked.Add(ref _uncreditedInput, data.Length);
                _input.Writer.Write(data);
                // Completes at once: the pipe has no threshold.
                _ = _input.Writer.FlushAsync(CancellationToken.None).AsTask().IsCompleted;
            }
        }

        if (isDropped)
        {
            _connection.ReturnCredit(this, data.Length);
        }
    }

    internal void ReceiveEnd(IReadOnlyList<HeaderField>? trailers)
    {
        lock (_inputLock)
        {
            if (!_isInputCompleted)
            {
                _isInputCompleted = true;
                Trailers = trailers;
                _input.Writer.Complete();
            }
        }
    }

    internal void Fail(Exception failure)
    {
        lock (_inputLock)
        {
            Failure ??= failure;
            if (!_isInputCompleted)
            {
                _isInputCompleted = true;
                _input.Writer.Complete(failure);
            }
        }

        _headers.TrySetException(failure);
        _connection.Wake(this);
        ReturnCredit(int.MaxValue); // What has not been read cannot be any more.
        ThreadPool.UnsafeQueueUserWorkItem(static stream => stream._aborted.Cancel(), this, preferLocal: false);
    }

    // At most what has arrived and was not returned yet: a reader and a failure may both want to.
    private void ReturnCredit(int count)
    {
        int known, taken;
        do
        {
            known = Volatile.Read(ref _uncreditedInput);
            taken = Math.Min(known, count);
        }
        while (Interlocked.CompareExchange(ref _uncreditedInput, known - taken, known) != known);
        if (taken > 0)
        {
            _connection.ReturnCredit(this, taken);
        }
    }
}
