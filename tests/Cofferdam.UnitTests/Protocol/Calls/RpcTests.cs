using Cofferdam.Protocol.Calls;
using Cofferdam.UnitTests.Protocol.Http2;
using Grpc.Core;
using Xunit;

namespace Cofferdam.UnitTests.Protocol.Calls;

public sealed class RpcTests : IAsyncDisposable
{
    private readonly EchoService _echo = new();
    private readonly RpcChannel _channel;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public RpcTests()
    {
        var pair = new DuplexPair();
        var server = new RpcServer();
        _echo.Bind(server);
        _serving = server.ServeAsync(pair.Right, TimeSpan.FromSeconds(1), _stop.Token);
        _channel = RpcChannel.Over(pair.Left);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _stop.CancelAsync();
        await _serving.WaitAsync(TimeSpan.FromSeconds(10));
        _stop.Dispose();
    }

    [Fact]
    public async Task Unary_WithMetadata_KeepsRepeatedHeadersAndBytes()
    {
        var metadata = new Metadata { { "exclude-patterns", "a,b" }, { "exclude-patterns", "c" }, { "blob-bin", new byte[] { 1, 2, 255 } } };

        using var call = _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(metadata), [1, 2, 3]);

        Assert.Equal([1, 2, 3], await call.ResponseAsync);
        Assert.Equal(["a,b", "c"], _echo.LastHeaders!.Where(entry => entry.Key == "exclude-patterns").Select(entry => entry.Value));
        Assert.Equal([1, 2, 255], _echo.LastHeaders!.GetValueBytes("blob-bin")!);
        Assert.Equal(["1", "2"], (await call.ResponseHeadersAsync).Where(entry => entry.Key == "first").Select(entry => entry.Value));
        Assert.Equal("3", call.GetTrailers().GetValue("last"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Unary_WithManyPatterns_GetsThemAll()
    {
        var metadata = new Metadata();
        for (var i = 0; i < 6000; i++)
        {
            metadata.Add("include-patterns", $"src/{new string('d', 90)}/{i},*.cs");
        }

        await _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(metadata), []).ResponseAsync;

        Assert.Equal(metadata.Select(entry => entry.Value), _echo.LastHeaders!.Where(entry => entry.Key == "include-patterns").Select(entry => entry.Value));
    }

    [Fact]
    public async Task Unary_HeadersOverTheLimit_FailsAndTheConnectionLives()
    {
        var metadata = new Metadata { { "large", new string('x', 1100 * 1024) } };

        var error = await Assert.ThrowsAsync<RpcException>(() => _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(metadata), []).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal([7], await _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, default, [7]).ResponseAsync);
    }

    [Fact]
    public async Task Unary_ThatFails_CarriesMessageAndTrailers()
    {
        var call = _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(new Metadata { { "behave", "fail" } }), []);

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(new Status(StatusCode.NotFound, "no \"größe\":\nline 2, 100%"), error.Status);
        Assert.Equal([0, 255, 7], error.Trailers.GetValueBytes("detail-bin")!);
    }

    [Fact]
    public async Task Unary_UnknownMethod_IsUnimplemented()
    {
        var method = new Method<byte[], byte[]>(MethodType.Unary, "test.Echo", "Nothing", EchoService.Unary.RequestMarshaller, EchoService.Unary.ResponseMarshaller);

        var error = await Assert.ThrowsAsync<RpcException>(() => _channel.Calls.AsyncUnaryCall(method, null, default, []).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Fact]
    public async Task Unary_HandlerThrows_IsUnknownWithItsMessage()
    {
        var call = _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(new Metadata { { "behave", "throw" } }), []);

        Assert.Equal(new Status(StatusCode.Unknown, "broken"), (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).Status);
    }

    [Fact]
    public async Task Unary_Cancelled_CancelsTheHandler()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(new Metadata { { "behave", "hang" } }, cancellationToken: cancellation.Token), []);
        await _echo.Hanging.Task;

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseAsync);
        await _echo.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Unary_OverItsDeadline_IsDeadlineExceeded()
    {
        var options = new CallOptions(new Metadata { { "behave", "hang" } }, DateTime.UtcNow.AddMilliseconds(50));

        var error = await Assert.ThrowsAsync<RpcException>(() => _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, options, []).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task ClientStreaming_LargeMessages_AllArrive()
    {
        using var call = _channel.Calls.AsyncClientStreamingCall(EchoService.Collect, null, default);
        var chunk = new byte[3_000_001];
        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(chunk);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal(60_000_020, BitConverter.ToInt64(await call.ResponseAsync));
    }

    [Fact]
    public async Task ServerStreaming_LargerThanTheWindow_AllArrive()
    {
        var request = new byte[15_000_000];
        BitConverter.TryWriteBytes(request, 4);

        using var call = _channel.Calls.AsyncServerStreamingCall(EchoService.Repeat, null, default, request);

        var sizes = new List<int>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            sizes.Add(call.ResponseStream.Current.Length);
        }

        Assert.Equal([15_000_000, 15_000_000, 15_000_000, 15_000_000], sizes);
    }

    [Fact]
    public async Task Duplex_HundredMegabytesBothWaysOnFourStreams_AllArriveInOrder()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EchoAsync(800, 32 * 1024)));
    }

    [Fact]
    public async Task Duplex_ReaderThatRests_DoesNotHoldUpOtherCalls()
    {
        var request = new byte[1_000_000];
        BitConverter.TryWriteBytes(request, 100);
        using var resting = _channel.Calls.AsyncServerStreamingCall(EchoService.Repeat, null, default, request);
        Assert.True(await resting.ResponseStream.MoveNext(CancellationToken.None));

        await EchoAsync(100, 64 * 1024).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Unary_ConnectionLost_IsUnavailable()
    {
        var call = _channel.Calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(new Metadata { { "behave", "hang" } }), []);
        await _echo.Hanging.Task;

        await _stop.CancelAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    [Fact]
    public async Task Duplex_DisposedByTheCaller_LeavesTheConnectionUsable()
    {
        for (var i = 0; i < 50; i++)
        {
            using var call = _channel.Calls.AsyncDuplexStreamingCall(EchoService.Duplex, null, default);
            await call.RequestStream.WriteAsync(new byte[100_000]);
        }

        await EchoAsync(200, 64 * 1024).WaitAsync(TimeSpan.FromSeconds(20));
    }

    private async Task EchoAsync(int count, int size)
    {
        using var call = _channel.Calls.AsyncDuplexStreamingCall(EchoService.Duplex, null, default);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                var chunk = new byte[size];
                BitConverter.TryWriteBytes(chunk, i);
                await call.RequestStream.WriteAsync(chunk);
            }

            await call.RequestStream.CompleteAsync();
        });
        var received = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            Assert.Equal(received++, BitConverter.ToInt32(call.ResponseStream.Current));
        }

        await sending;
        Assert.Equal(count, received);
    }
}
