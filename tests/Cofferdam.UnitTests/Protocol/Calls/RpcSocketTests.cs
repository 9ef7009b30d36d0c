using System.Net;
using System.Net.Sockets;
using Cofferdam.Model;
using Cofferdam.Protocol.Calls;
using Xunit;

namespace Cofferdam.UnitTests.Protocol.Calls;

public sealed class RpcSocketTests
{
    [Fact]
    public async Task Listen_OnAUnixSocket_AnswersCalls()
    {
        var directory = Directory.CreateTempSubdirectory("coffer-rpc-");
        var address = RpcAddress.Parse($"unix://{directory.FullName}/socket");
        var listener = address.CreateSocket();
        listener.Bind(address.EndPoint);

        await CallOverAsync(listener, address.Text);

        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Listen_OnTcp_AnswersCalls()
    {
        var listener = RpcAddress.Parse("tcp://127.0.0.1:0").CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        await CallOverAsync(listener, $"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}");
    }

    [Fact]
    public async Task Connect_WhereNobodyListens_IsDaemonUnavailable()
    {
        var error = await Assert.ThrowsAsync<CofferdamException>(() => RpcChannel.ConnectAsync("unix:///nonexistent/socket", CancellationToken.None));

        Assert.Equal(ErrorCode.DaemonUnavailable, error.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unix://")]
    [InlineData("tcp://host")]
    [InlineData("tcp://:80")]
    [InlineData("http://host:80")]
    [InlineData("tcp://host:70000")]
    public void Parse_InvalidAddress_IsRefused(string text) => Assert.Throws<InvalidInputException>(() => RpcAddress.Parse(text));

    private static async Task CallOverAsync(Socket listener, string address)
    {
        listener.Listen();
        var server = new RpcServer();
        new EchoService().Bind(server);
        using var stop = new CancellationTokenSource();
        var listening = server.ListenAsync(listener, TimeSpan.FromSeconds(1), stop.Token);
        await using (var channel = await RpcChannel.ConnectAsync(address, CancellationToken.None))
        {
            Assert.Equal([1, 2], await channel.Calls.AsyncUnaryCall(EchoService.Unary, null, default, [1, 2]).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(10)));
        }

        await stop.CancelAsync();
        await listening.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
