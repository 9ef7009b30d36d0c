using System.Collections.Concurrent;
using System.Net.Sockets;
using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>A gRPC server over any connections: generated services bind to it, for example <c>Secrets.BindService(server, secrets)</c>.</summary>
/// <remarks>Bind everything before the first connection; then it is thread-safe.</remarks>
public sealed class RpcServer : ServiceBinderBase
{
    private readonly ConcurrentDictionary<string, Func<Http2Stream, ServerCall, Task>> _methods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Action<ServiceBinderBase>> _services = new(StringComparer.Ordinal); // bound with their first call
    private int _activeCalls;

    /// <summary>What a handler's exception that is no <see cref="RpcException"/> means to the caller; by default its message, with code Unknown.</summary>
    public Func<Exception, RpcException> MapError { get; init; } = static error => new RpcException(new Status(StatusCode.Unknown, error.Message, error));

    /// <summary>Calls that run now.</summary>
    public int ActiveCalls => Volatile.Read(ref _activeCalls);

    /// <summary>The methods that are served, for example <c>/grpc.health.v1.Health/Check</c>.</summary>
    public IReadOnlyCollection<string> Methods => [.. _methods.Keys.Union(_services.Keys)];

    /// <summary>Binds a service once one of its methods is called: what a short command never needs costs it nothing.</summary>
    /// <param name="methods">The names of the service's methods, as in <see cref="Methods"/>.</param>
    /// <param name="bind">Binds it.</param>
    public void AddService(IEnumerable<string> methods, Action<ServiceBinderBase> bind)
    {
        foreach (var method in methods)
        {
            _services[method] = bind;
        }
    }

    /// <summary>Serves a method with any number of requests and responses; past the generated binding, see <see cref="DirectCalls"/>.</summary>
    public void AddDuplex<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class =>
        Add(method, (stream, call) => handler(new ServerStreamReader<TRequest>(stream, method.RequestMarshaller), new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller), call));

    /// <summary>Serves a connection until it ends, or until the token is cancelled: then calls that run are given <paramref name="grace"/> to end. Owns the transport; never fails.</summary>
    public Task ServeAsync(Stream transport, TimeSpan grace, CancellationToken cancellationToken) => ServeAsync(transport, null, grace, cancellationToken);

    private async Task ServeAsync(Stream transport, PeerProcess? caller, TimeSpan grace, CancellationToken cancellationToken)
    {
        await using var connection = Http2Connection.StartServer(transport, Http2Options.Default, stream => HandleAsync(stream, caller));
        try
        {
            await connection.Completion.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            connection.Shutdown();
            await connection.Completion.WaitAsync(grace, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Accepts connections until the token is cancelled; returns when all have ended. Owns the listener.</summary>
    public async Task ListenAsync(Socket listener, TimeSpan grace, CancellationToken cancellationToken)
    {
        var connections = new HashSet<Task>();
        using (listener)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    var socket = await listener.AcceptAsync(cancellationToken);
                    if (socket.AddressFamily != AddressFamily.Unix)
                    {
                        socket.NoDelay = true; // A Unix socket has no such option, and refuses even to tell it.
                    }

                    connections.Add(ServeAsync(new NetworkStream(socket, ownsSocket: true), PeerProcess.Of(socket), grace, cancellationToken));
                }
                catch (OperationCanceledException)
                {
                    break;
                }
                catch (SocketException) when (!cancellationToken.IsCancellationRequested)
                {
                    // Too many open files, or a peer that went at once: the next may do.
                    await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
                }

                connections.RemoveWhere(static connection => connection.IsCompleted);
            }
        }

        await Task.WhenAll(connections);
    }

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler is null ? null : async (stream, call) =>
        {
            var response = await handler(await ReadSingleAsync(stream, method, call), call);
            await call.WriteAsync(method.ResponseMarshaller, response, call.CancellationToken);
        });

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler is null ? null : async (stream, call) =>
            await handler(await ReadSingleAsync(stream, method, call), new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller), call));

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler is null ? null : async (stream, call) =>
        {
            var response = await handler(new ServerStreamReader<TRequest>(stream, method.RequestMarshaller), call);
            await call.WriteAsync(method.ResponseMarshaller, response, call.CancellationToken);
        });

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler is null ? null : (stream, call) =>
            handler(new ServerStreamReader<TRequest>(stream, method.RequestMarshaller), new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller), call));

    private void Add(IMethod method, Func<Http2Stream, ServerCall, Task>? handler)
    {
        if (handler is not null)
        {
            _methods[method.FullName] = handler; // The later one counts: a service's method can be replaced.
        }
    }

    private static async Task<TRequest> ReadSingleAsync<TRequest, TResponse>(Http2Stream stream, Method<TRequest, TResponse> method, ServerCall call)
        where TRequest : class
        where TResponse : class
    {
        var reader = new ServerStreamReader<TRequest>(stream, method.RequestMarshaller);
        return await reader.MoveNext(call.CancellationToken) ? reader.Current : throw new RpcException(new Status(StatusCode.Internal, "the caller sent no request"));
    }

    private async Task HandleAsync(Http2Stream stream, PeerProcess? caller)
    {
        var headers = await stream.Headers;
        var path = RpcHeaders.Find(headers, ":path") ?? string.Empty;
        using var call = new ServerCall(stream, headers, path) { Caller = caller };
        if (RpcHeaders.Find(headers, "content-type") is not { } type || !type.StartsWith(RpcHeaders.ContentType, StringComparison.Ordinal))
        {
            stream.WriteHeaders([new HeaderField(":status", "415")], endStream: true);
            stream.Reset(Http2ErrorCode.NoError);
            return;
        }

        if (!_methods.ContainsKey(path) && _services.TryGetValue(path, out var bind))
        {
            lock (_services)
            {
                bind(this);
            }
        }

        if (!_methods.TryGetValue(path, out var handler))
        {
            call.Finish(new Status(StatusCode.Unimplemented, $"unknown method {path}"), []);
            return;
        }

        Interlocked.Increment(ref _activeCalls);
        try
        {
            await handler(stream, call);
            call.Finish(call.Status, call.ResponseTrailers);
        }
#pragma warning disable CA1031 // whatever a handler throws is the caller's answer
        catch (Exception error)
#pragma warning restore CA1031
        {
            FinishWith(call, error);
        }
        finally
        {
            Interlocked.Decrement(ref _activeCalls);
        }
    }

    private void FinishWith(ServerCall call, Exception error)
    {
        var failure = error switch
        {
            RpcException known => known,
            OperationCanceledException when call.CancellationToken.IsCancellationRequested =>
                new RpcException(call.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime
                    ? new Status(StatusCode.DeadlineExceeded, "the call took longer than it may")
                    : new Status(StatusCode.Cancelled, "context canceled")),
            _ => MapError(error),
        };
        var trailers = new Metadata();
        foreach (var entry in call.ResponseTrailers.Concat(failure.Trailers))
        {
            trailers.Add(entry);
        }

        call.Finish(failure.Status, trailers);
    }
}
