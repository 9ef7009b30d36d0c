using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>A call seen from its handler.</summary>
internal sealed class ServerCall : ServerCallContext, IDisposable
{
    private readonly Http2Stream _stream;
    private readonly string _path;
    private readonly CancellationTokenSource _cancellation;
    private readonly DateTime _deadline = DateTime.MaxValue;
    private readonly Lock _lock = new(); // guards _hasHeaders
    private bool _hasHeaders;

    public ServerCall(Http2Stream stream, IReadOnlyList<HeaderField> headers, string path)
    {
        (_stream, _path) = (stream, path);
        HostCore = RpcHeaders.Find(headers, ":authority") ?? string.Empty;
        RequestHeadersCore = RpcHeaders.ReadMetadata(headers);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stream.Aborted);
        if (RpcHeaders.ReadTimeout(RpcHeaders.Find(headers, "grpc-timeout")) is { } timeout)
        {
            _deadline = TimeProvider.System.GetUtcNow().UtcDateTime + timeout;
            _cancellation.CancelAfter(timeout < TimeSpan.FromDays(40) ? timeout : TimeSpan.FromDays(40));
        }
    }

    public MessageWriter Writer { get; } = new();

    /// <summary>Who calls, where that is known.</summary>
    public PeerProcess? Caller { get; init; }

    protected override string MethodCore => _path;

    protected override string HostCore { get; }

    protected override string PeerCore => "unknown";

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore { get; }

    protected override CancellationToken CancellationTokenCore => _cancellation.Token;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    public async Task WriteAsync<T>(Marshaller<T> marshaller, T message, CancellationToken cancellationToken, bool isFollowed = false)
    {
        SendHeaders(null);
        try
        {
            await _stream.WriteAsync(Writer.Serialize(marshaller, message), endStream: false, isFollowed, cancellationToken);
        }
        catch (IOException error)
        {
            throw new RpcException(RpcFailure.ToStatus(error));
        }
    }

    /// <summary>Ends the call with a status.</summary>
    public void Finish(Status status, Metadata trailers)
    {
        bool isOnly;
        lock (_lock)
        {
            isOnly = !_hasHeaders;
            _hasHeaders = true;
        }

        try
        {
            _stream.WriteHeaders(RpcHeaders.Trailers(status, trailers, isOnly), endStream: true);
        }
        catch (Http2StreamException) when (_stream.Failure is null)
        {
            // Details that are larger than the peer takes: the status alone is better than nothing.
            _stream.WriteHeaders(RpcHeaders.Trailers(new Status(status.StatusCode, status.Detail[..Math.Min(1024, status.Detail.Length)]), [], isOnly), endStream: true);
        }
        catch (IOException)
        {
            // The caller has gone.
        }

        _stream.Reset(Http2ErrorCode.NoError); // RFC 9113 section 8.1: tells a caller that still sends to stop.
    }

    public void Dispose()
    {
        Writer.Dispose();
        _cancellation.Dispose();
        _stream.CloseInput();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        SendHeaders(responseHeaders);
        return Task.CompletedTask;
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    private void SendHeaders(Metadata? metadata)
    {
        lock (_lock)
        {
            if (_hasHeaders)
            {
                return;
            }

            _hasHeaders = true;
        }

        try
        {
            _stream.WriteHeaders(RpcHeaders.Response(metadata), endStream: false);
        }
        catch (IOException error)
        {
            throw new RpcException(RpcFailure.ToStatus(error));
        }
    }
}
