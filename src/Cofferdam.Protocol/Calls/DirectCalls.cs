using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>Makes calls past the generated clients. Those go through generic virtual methods, which a program compiled ahead of time looks up one by one as it runs: about a millisecond for each kind of call, which short commands feel.</summary>
public static class DirectCalls
{
    /// <summary>One request, one response.</summary>
    public static AsyncUnaryCall<TResponse> CallUnary<TRequest, TResponse>(this CallInvoker invoker, Method<TRequest, TResponse> method, TRequest request, Metadata? headers, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        var options = new CallOptions(headers, null, cancellationToken);
        return invoker is RpcCallInvoker direct ? direct.Unary(method, options, request) : invoker.AsyncUnaryCall(method, null, options, request);
    }

    /// <summary>One request, any number of responses.</summary>
    public static AsyncServerStreamingCall<TResponse> CallServerStreaming<TRequest, TResponse>(this CallInvoker invoker, Method<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class
        where TResponse : class
    {
        var options = new CallOptions(null, null, cancellationToken);
        return invoker is RpcCallInvoker direct ? direct.ServerStreaming(method, options, request) : invoker.AsyncServerStreamingCall(method, null, options, request);
    }

    /// <summary>Any number of both.</summary>
    public static AsyncDuplexStreamingCall<TRequest, TResponse> CallDuplex<TRequest, TResponse>(this CallInvoker invoker, Method<TRequest, TResponse> method, Metadata? headers)
        where TRequest : class
        where TResponse : class
    {
        var options = new CallOptions(headers);
        return invoker is RpcCallInvoker direct ? direct.Duplex<TRequest, TResponse>(method, options) : invoker.AsyncDuplexStreamingCall(method, null, options);
    }

    internal static Method<TRequest, TResponse> Describe<TRequest, TResponse>(MethodType type, string service, string name, MessageParser<TRequest> requests, MessageParser<TResponse> responses)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new(type, service, name, Marshal(requests), Marshal(responses));

    private static Marshaller<T> Marshal<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => new(Write, context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static void Write(IMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
