using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>A call seen from its caller. Reading and writing may go on at once, each by one caller at a time.</summary>
/// <remarks>A call whose token is cancelled ends with <see cref="OperationCanceledException"/>; all other ends that are not success are <see cref="RpcException"/>.</remarks>
internal sealed class ClientCall<TRequest, TResponse> : IClientStreamWriter<TRequest>, IAsyncStreamReader<TResponse>, IDisposable
    where TRequest : class
    where TResponse : class
{
    private readonly Method<TRequest, TResponse> _method;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource _cancellation;
    private readonly MessageWriter _writer = new();
    private readonly Task<Http2Stream> _stream;
    private readonly Lock _lock = new(); // guards the outcome
    private MessageReader? _reader;
    private CancellationTokenRegistration _onCancelled;
    private Status? _status;
    private Metadata _trailers = [];
    private int _isClosed;

    public ClientCall(Http2Connection connection, string authority, Method<TRequest, TResponse> method, CallOptions options)
    {
        _method = method;
        _callerToken = options.CancellationToken;
        TimeSpan? timeout = options.Deadline is { } deadline && deadline != DateTime.MaxValue ? deadline.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime : null;
        _deadline = timeout is { } time ? new CancellationTokenSource(time > TimeSpan.Zero ? time : TimeSpan.Zero) : null;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(_callerToken, _deadline?.Token ?? CancellationToken.None);
        _stream = StartAsync(connection, RpcHeaders.Request(method.FullName, authority, options.Headers, timeout));
    }

    public TResponse Current { get; private set; } = null!;

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>The response's headers.</summary>
    public async Task<Metadata> ReadHeadersAsync()
    {
        try
        {
            return RpcHeaders.ReadMetadata(await (await _stream).Headers.WaitAsync(_cancellation.Token));
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw End(error);
        }
    }

    public Status GetStatus()
    {
        lock (_lock)
        {
            return _status ?? throw new InvalidOperationException("the call has not ended");
        }
    }

    public Metadata GetTrailers()
    {
        lock (_lock)
        {
            return _status is null ? throw new InvalidOperationException("the call has not ended") : _trailers;
        }
    }

    /// <summary>Sends the one request and reads the one response.</summary>
    public async Task<TResponse> CallAsync(TRequest request)
    {
        await SendLastAsync(request);
        return await ReadSingleAsync();
    }

    /// <summary>Sends the only request. A failure shows in what is read.</summary>
    public async Task SendLastAsync(TRequest request)
    {
        try
        {
            await (await _stream).WriteAsync(_writer.Serialize(_method.RequestMarshaller, request), endStream: true, _cancellation.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or RpcException)
        {
            // Reading tells why.
        }
    }

    /// <summary>Reads the only response.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        try
        {
            if (!await MoveNext(CancellationToken.None))
            {
                throw End(new RpcException(new Status(StatusCode.Internal, "the peer sent no response")));
            }

            var response = Current;
            return !await MoveNext(CancellationToken.None) ? response : throw End(new RpcException(new Status(StatusCode.Internal, "the peer sent more than one response")));
        }
        finally
        {
            Dispose();
        }
    }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await _stream;
            using var linked = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cancellation.Token) : null;
            await stream.WriteAsync(_writer.Serialize(_method.RequestMarshaller, message), endStream: false, WriteOptions.IsFollowed, linked?.Token ?? _cancellation.Token);
        }
        catch (Exception error) when (error is not (RpcException or InvalidOperationException))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw await EndWriteAsync(error);
        }
    }

    public async Task CompleteAsync()
    {
        try
        {
            await (await _stream).WriteAsync(ReadOnlyMemory<byte>.Empty, endStream: true, _cancellation.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or RpcException)
        {
            // The call has ended already; reading tells how.
        }
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_status is { } known)
            {
                return known.StatusCode == StatusCode.OK ? false : throw Failure(known);
            }
        }

        try
        {
            var stream = await _stream;
            using var linked = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cancellation.Token) : null;
            var token = linked?.Token ?? _cancellation.Token;
            if (_reader is null)
            {
                CheckHeaders(await stream.Headers.WaitAsync(token));
                _reader = new MessageReader(stream);
            }

            if (await _reader.ReadAsync(_method.ResponseMarshaller, token) is { } message)
            {
                Current = message;
                return true;
            }

            Finish(stream);
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw End(error);
        }

        var status = GetStatus();
        return status.StatusCode == StatusCode.OK ? false : throw Failure(status);
    }

    /// <summary>Gives the call up unless it has ended.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        lock (_lock)
        {
            _status ??= new Status(StatusCode.Cancelled, "the call was given up");
        }

        _cancellation.Cancel();
        _onCancelled.Dispose();
        _cancellation.Dispose();
        _deadline?.Dispose();
    }

    private async Task<Http2Stream> StartAsync(Http2Connection connection, List<HeaderField> headers)
    {
        var stream = await connection.OpenStreamAsync(headers, _cancellation.Token);
        _onCancelled = _cancellation.Token.UnsafeRegister(static state => ((Http2Stream)state!).Reset(Http2ErrorCode.Cancel), stream);
        return stream;
    }

    private static void CheckHeaders(IReadOnlyList<HeaderField> headers)
    {
        var httpStatus = RpcHeaders.Find(headers, ":status");
        if (httpStatus != "200")
        {
            var code = httpStatus switch
            {
                "400" => StatusCode.Internal,
                "401" => StatusCode.Unauthenticated,
                "403" => StatusCode.PermissionDenied,
                "404" => StatusCode.Unimplemented,
                "429" or "502" or "503" or "504" => StatusCode.Unavailable,
                _ => StatusCode.Unknown,
            };
            throw new RpcException(new Status(code, $"the peer answered with HTTP status {httpStatus}"));
        }
    }

    // The stream's data is at its end: the trailers, or headers that are all there is, say how it went.
    private void Finish(Http2Stream stream)
    {
#pragma warning disable VSTHRD002 // it has completed
        var fields = stream.Trailers ?? stream.Headers.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        var status = RpcHeaders.ReadStatus(fields) ?? new Status(StatusCode.Unknown, "the peer ended the call without a status");
        lock (_lock)
        {
            _status ??= status;
            _trailers = RpcHeaders.ReadMetadata(fields);
        }

        stream.CloseInput();
        stream.Reset(Http2ErrorCode.NoError); // Without effect when this side has ended too.
    }

    // A write fails because the peer has ended the call: how, its trailers say, or headers that are all there is, if they have come.
    private async Task<Exception> EndWriteAsync(Exception error)
    {
        if (_stream.IsCompletedSuccessfully)
        {
            // A peer that refuses at once sends its trailers in place of headers.
            var stream = await _stream;
            var trailers = stream.Trailers ?? (stream.Headers.IsCompletedSuccessfully ? await stream.Headers : null);
            if (trailers is not null && RpcHeaders.ReadStatus(trailers) is { } status && status.StatusCode != StatusCode.OK)
            {
                return new RpcException(status, RpcHeaders.ReadMetadata(trailers));
            }
        }

        return End(error);
    }

    private Exception End(Exception error)
    {
        Status status;
        lock (_lock)
        {
            status = _status ??= _deadline is { IsCancellationRequested: true } && !_callerToken.IsCancellationRequested ? new Status(StatusCode.DeadlineExceeded, "the call took longer than it may")
                : _callerToken.IsCancellationRequested ? new Status(StatusCode.Cancelled, "the call was cancelled")
                : RpcFailure.ToStatus(error);
        }

        if (_stream.IsCompletedSuccessfully && status.StatusCode != StatusCode.OK)
        {
#pragma warning disable VSTHRD002 // it has completed
            _stream.Result.Reset(Http2ErrorCode.Cancel);
#pragma warning restore VSTHRD002
        }

        return Failure(status);
    }

    private Exception Failure(Status status)
    {
        if (status.StatusCode == StatusCode.Cancelled && _callerToken.IsCancellationRequested)
        {
            return new OperationCanceledException(_callerToken);
        }

        return new RpcException(status, _trailers);
    }
}
