using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>Makes gRPC calls over one connection. Thread-safe.</summary>
internal sealed class RpcCallInvoker(Http2Connection connection, string authority) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException("call asynchronously");

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => Unary(method, options, request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        ServerStreaming(method, options, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = Start(method, options);
        return new AsyncClientStreamingCall<TRequest, TResponse>(call, call.ReadSingleAsync(), call.ReadHeadersAsync(), call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Duplex<TRequest, TResponse>(method, options);

    // The same, not virtual: see DirectCalls.
    public AsyncUnaryCall<TResponse> Unary<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        var call = Start(method, options);
        return new AsyncUnaryCall<TResponse>(call.CallAsync(request), call.ReadHeadersAsync(), call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public AsyncServerStreamingCall<TResponse> ServerStreaming<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        var call = Start(method, options);
        _ = call.SendLastAsync(request); // Never fails; what is read tells.
        return new AsyncServerStreamingCall<TResponse>(call, call.ReadHeadersAsync(), call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public AsyncDuplexStreamingCall<TRequest, TResponse> Duplex<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class
        where TResponse : class
    {
        var call = Start(method, options);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(call, call, call.ReadHeadersAsync(), call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private ClientCall<TRequest, TResponse> Start<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class
        where TResponse : class => new(connection, authority, method, options);
}
