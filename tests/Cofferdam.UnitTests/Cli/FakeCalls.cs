using Grpc.Core;

namespace Cofferdam.UnitTests.Cli;

/// <summary>Answers calls from a table; a call that is not in it fails as at a daemon that does not know it.</summary>
internal sealed class FakeCalls : CallInvoker
{
    private readonly Dictionary<string, Func<object, object>> _unary = [];
    private readonly Dictionary<string, Func<object, IEnumerable<object>>> _streams = [];

    public List<(string Method, object Request)> Requests { get; } = [];

    public FakeCalls On<TRequest, TResponse>(string method, Func<TRequest, TResponse> answer)
        where TRequest : class
        where TResponse : class
    {
        _unary[method] = request => answer((TRequest)request);
        return this;
    }

    public FakeCalls OnStream<TRequest, TResponse>(string method, Func<TRequest, IEnumerable<TResponse>> answer)
        where TRequest : class
        where TResponse : class
    {
        _streams[method] = request => answer((TRequest)request);
        return this;
    }

    public T Request<T>() => Requests.Select(call => call.Request).OfType<T>().Last();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Requests.Add((method.Name, request));
        var response = Answer<TResponse>(method.Name, request);
        return new AsyncUnaryCall<TResponse>(response, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Requests.Add((method.Name, request));
        var items = _streams.TryGetValue(method.Name, out var answer) ? answer(request).Cast<TResponse>() : throw Unknown(method.Name);
        return new AsyncServerStreamingCall<TResponse>(new Reader<TResponse>(items.GetEnumerator()), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var writer = new Writer<TRequest>(this, method.Name);
        var items = Later<TResponse>(method.Name, writer).GetEnumerator();
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(writer, new Reader<TResponse>(items, writer.First), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    private IEnumerable<TResponse> Later<TResponse>(string method, object first) =>
        (_streams.TryGetValue(method, out var answer) ? answer(first) : throw Unknown(method)).Cast<TResponse>();

    private Task<TResponse> Answer<TResponse>(string method, object request)
    {
        try
        {
            return Task.FromResult(_unary.TryGetValue(method, out var answer) ? (TResponse)answer(request) : throw Unknown(method));
        }
        catch (RpcException exception)
        {
            return Task.FromException<TResponse>(exception);
        }
    }

    private static RpcException Unknown(string method) => new(new Status(StatusCode.Unimplemented, $"unknown method {method}"));

    private sealed class Reader<T>(IEnumerator<T> items, Task? after = null) : IAsyncStreamReader<T>
    {
        public T Current => items.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            await (after ?? Task.CompletedTask);
            return items.MoveNext();
        }
    }

    private sealed class Writer<T>(FakeCalls owner, string method) : IClientStreamWriter<T>
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task First => _first.Task;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message)
        {
            owner.Requests.Add((method, message!));
            _first.TrySetResult();
            return Task.CompletedTask;
        }

        public Task WriteAsync(T message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
