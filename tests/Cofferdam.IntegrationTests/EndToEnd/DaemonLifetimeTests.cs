using System.Net.Sockets;
using Cofferdam.Model;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Daemon;
using Grpc.Core;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>The daemon that commands start: one for all, replaced when it is old, taken up again when it was killed.</summary>
public sealed class DaemonLifetimeTests : IDisposable
{
    private const string Slow = """
        FROM scratch
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "sh", "-c", "echo begun; exec /bin/busybox sleep 60"]

        """;

    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_StartedAtTheSameMoment_GetOneDaemon()
    {
        var shown = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _coffer.RunAsync("images", "-q")));

        Assert.All(shown, each => Assert.Equal("exit 0", each));
        Assert.Single(CofferCommand.CommandLines(), line => line.Contains(" daemon --root " + _coffer.Root, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Build_WhoseDaemonIsKilled_SaysSoAndTheNextWorks()
    {
        using var build = await StartSlowAsync();
        await ProcessExtensions.SignalAsync(await _coffer.FindDaemonAsync(), "KILL");

        var shown = await build.StandardError.ReadToEndAsync(Token);
        await build.WaitForExitAsync(Token);
        Assert.Equal(1, build.ExitCode);
        Assert.EndsWith(
            """
            ERROR: the daemon is gone before it was done: the connection was closed by the peer

            hint: it was stopped, killed or crashed; run the command again: it starts a new daemon, which cleans up what is left

            """,
            shown,
            StringComparison.Ordinal);

        Assert.Equal("exit 0", await _coffer.BuildAsync(Slow.Replace("sleep 60", "true", StringComparison.Ordinal)));
        await _coffer.AssertNothingIsLeftAsync();
        Assert.DoesNotContain(CofferCommand.CommandLines(), line => line.Contains("busybox sleep 60", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Build_Interrupted_EndsAtOnceAndLeavesNothing()
    {
        using var build = await StartSlowAsync();

        var (code, shown) = await build.InterruptAsync();

        Assert.Equal(130, code);
        Assert.EndsWith("CANCELED\ncanceled\n", shown, StringComparison.Ordinal);
        await _coffer.AssertNothingIsLeftAsync();
        Assert.Contains("builds 0", await _coffer.RunAsync("daemon", "--status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WithBusyDaemonOfAnotherVersion_NamesIt()
    {
        await using var other = new OtherDaemon(_coffer.Root, builds: 2);

        Assert.Equal(
            $"exit 1\nERROR: the daemon is version 0.0.7 and busy with 2 builds, but this is version {ProductVersion.Current}\n\nhint: wait for its builds to end, or use another --root",
            await _coffer.RunAsync("images"));
    }

    [Fact]
    public async Task Command_WithIdleDaemonOfAnotherVersion_ReplacesIt()
    {
        await using var other = new OtherDaemon(_coffer.Root, builds: 0);

        Assert.Equal("exit 0", await _coffer.RunAsync("images", "-q"));
        Assert.Contains($"version {ProductVersion.Current}", await _coffer.RunAsync("daemon", "--status"), StringComparison.Ordinal);
    }

    public void Dispose() => _coffer.Dispose();

    private async Task<System.Diagnostics.Process> StartSlowAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "Dockerfile"), Slow, Token);
        var build = _coffer.Start("build", "--progress", "plain", _coffer.Context);
        await build.StandardError.FindLineAsync(" begun");
        return build;
    }

    /// <summary>Answers as a daemon of another version.</summary>
    private sealed class OtherDaemon : Protocol.Daemon.Daemon.DaemonBase, IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly int _builds;
        private readonly Task _serving;

        public OtherDaemon(string root, int builds)
        {
            _builds = builds;
            Directory.CreateDirectory(Path.Combine(root, "run"));
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(root, "run/cofferd.sock")));
            socket.Listen();
            var server = new RpcServer();
            Protocol.Daemon.Daemon.BindService(server, this);
            _serving = server.ListenAsync(socket, TimeSpan.FromSeconds(1), _stop.Token);
        }

        public override Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context) => Task.FromResult(new DescribeResponse { Version = "0.0.7", ProcessId = 1 });

        public override Task<StopResponse> Stop(StopRequest request, ServerCallContext context)
        {
            if (_builds == 0)
            {
                _stop.CancelAfter(TimeSpan.Zero);
            }

            return Task.FromResult(new StopResponse { Stopped = _builds == 0, ActiveBuilds = _builds });
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
