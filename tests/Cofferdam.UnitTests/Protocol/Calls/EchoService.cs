using Grpc.Core;

namespace Cofferdam.UnitTests.Protocol.Calls;

/// <summary>Methods of raw bytes, one of each shape.</summary>
internal sealed class EchoService
{
    private static readonly Marshaller<byte[]> _bytes = Marshallers.Create(static value => value, static value => value);

    public static Method<byte[], byte[]> Unary { get; } = new(MethodType.Unary, "test.Echo", "Unary", _bytes, _bytes);

    public static Method<byte[], byte[]> Collect { get; } = new(MethodType.ClientStreaming, "test.Echo", "Collect", _bytes, _bytes);

    public static Method<byte[], byte[]> Repeat { get; } = new(MethodType.ServerStreaming, "test.Echo", "Repeat", _bytes, _bytes);

    public static Method<byte[], byte[]> Duplex { get; } = new(MethodType.DuplexStreaming, "test.Echo", "Duplex", _bytes, _bytes);

    public Metadata? LastHeaders { get; private set; }

    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Bind(ServiceBinderBase binder)
    {
        binder.AddMethod(Unary, UnaryAsync);
        binder.AddMethod(Collect, CollectAsync);
        binder.AddMethod(Repeat, RepeatAsync);
        binder.AddMethod(Duplex, DuplexAsync);
    }

    private async Task<byte[]> UnaryAsync(byte[] request, ServerCallContext context)
    {
        LastHeaders = context.RequestHeaders;
        switch (context.RequestHeaders.GetValue("behave"))
        {
            case "fail":
                throw new RpcException(new Status(StatusCode.NotFound, "no \"größe\":\nline 2, 100%"), new Metadata { { "detail-bin", new byte[] { 0, 255, 7 } } });
            case "hang":
                Hanging.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                }
                finally
                {
                    Cancelled.TrySetResult();
                }

                break;
            case "throw":
                throw new InvalidOperationException("broken");
        }

        await context.WriteResponseHeadersAsync(new Metadata { { "first", "1" }, { "first", "2" } });
        context.ResponseTrailers.Add("last", "3");
        return request;
    }

    private static async Task<byte[]> CollectAsync(IAsyncStreamReader<byte[]> requests, ServerCallContext context)
    {
        var total = 0L;
        while (await requests.MoveNext(context.CancellationToken))
        {
            total += requests.Current.Length;
        }

        return BitConverter.GetBytes(total);
    }

    private static async Task RepeatAsync(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        var chunk = new byte[request.Length];
        for (var i = 0; i < BitConverter.ToInt32(request); i++)
        {
            await responses.WriteAsync(chunk, context.CancellationToken);
        }
    }

    private static async Task DuplexAsync(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(context.CancellationToken))
        {
            await responses.WriteAsync(requests.Current, context.CancellationToken);
        }
    }
}
