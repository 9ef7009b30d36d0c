using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;
using Cofferdam.Protocol.Daemon;
using Xunit;

namespace Cofferdam.UnitTests.Cli;

public sealed class DaemonConnectorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coffer-test-").FullName;
    private readonly CommandConsole _console = new()
    {
        Input = Stream.Null,
        OutputStream = Stream.Null,
        ErrorStream = Stream.Null,
        Output = TextWriter.Null,
        Error = TextWriter.Null,
        Variable = static _ => null,
        WorkingDirectory = "/",
    };

    private readonly Launcher _launcher = new();
    private string? _running;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Connect_TwoAtOnceAndNoDaemon_StartOne()
    {
        _launcher.OnStart = () => _running = ProductVersion.Current;
        await Task.WhenAll(ConnectAsync(), ConnectAsync());
        Assert.Equal(1, _launcher.Starts);
    }

    [Fact]
    public async Task Connect_OtherVersionIdle_IsReplaced()
    {
        _running = "0.0.9";
        _launcher.OnStart = () => _running = ProductVersion.Current;
        await ConnectAsync();
        Assert.Equal(1, _launcher.Starts);
    }

    [Fact]
    public async Task Connect_OtherVersionBusy_NamesBoth()
    {
        _running = "0.0.9 busy";
        var error = await Assert.ThrowsAsync<ConflictException>(ConnectAsync);
        Assert.Equal($"the daemon is version 0.0.9 and busy with 2 builds, but this is version {ProductVersion.Current}", error.Message);
        Assert.Equal(0, _launcher.Starts);
    }

    [Fact]
    public async Task Connect_DaemonEndsAtStart_ShowsItsLog()
    {
        _launcher.HasEnded = true;
        var error = await Assert.ThrowsAsync<CofferdamException>(ConnectAsync);
        Assert.Equal("the daemon did not start:\nstate directory is of version 9", error.Message);
    }

    [Fact]
    public async Task Connect_RemoteNotThere_StartsNone()
    {
        var connector = new DaemonConnector(DialAsync, _launcher);
        var address = DaemonAddress.Find("tcp://host:1", null, _console);
        var error = await Assert.ThrowsAsync<CofferdamException>(() => connector.ConnectAsync(address, _console, CancellationToken.None));
        Assert.Equal("cannot connect to the daemon at \"tcp://host:1\"", error.Message);
        Assert.Equal(0, _launcher.Starts);
    }

    [Fact]
    public void Address_LongRoot_HasShortSocket()
    {
        var address = DaemonAddress.Find(null, "/" + new string('x', 120), _console);
        Assert.True(address.Address.Length < 100, address.Address);
        Assert.Equal("unix:///r/run/cofferd.sock", DaemonAddress.Find(null, "/r", _console).Address);
    }

    private async Task ConnectAsync()
    {
        await using var connection = await new DaemonConnector(DialAsync, _launcher).ConnectAsync(DaemonAddress.Find(null, _root, _console), _console, CancellationToken.None);
        Assert.Equal(ProductVersion.Current, _running);
    }

    private Task<DaemonConnection> DialAsync(string address, CancellationToken cancellationToken)
    {
        var version = _running ?? throw new IOException("nobody listens");
        var calls = new FakeCalls()
            .On<DescribeRequest, DescribeResponse>("Describe", _ => new DescribeResponse { Version = version.Split(' ')[0] })
            .On<StopRequest, StopResponse>("Stop", _ =>
            {
                var busy = version.Contains("busy", StringComparison.Ordinal);
                _running = busy ? _running : null;
                return new StopResponse { Stopped = !busy, ActiveBuilds = busy ? 2 : 0 };
            });
        return Task.FromResult(new DaemonConnection(calls, null));
    }

    private sealed class Launcher : IDaemonLauncher, IStartedDaemon
    {
        public int Starts { get; private set; }

        public Action OnStart { get; set; } = static () => { };

        public bool HasEnded { get; set; }

        public string LogPath => "/log";

        public IStartedDaemon Start(DaemonAddress address)
        {
            Starts++;
            OnStart();
            return this;
        }

        public string ReadLog() => "state directory is of version 9";
    }
}
