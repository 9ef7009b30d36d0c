using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Cofferdam.Executor;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Secrets;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Executor;

public abstract class OciExecutorTests : IDisposable
{
    private const string Planted = "s3cr3t\"\\\u00e9-planted";

    // What JSON and other encodings of the value leave as it is.
    private const string PlantedEnd = "-planted";

    private readonly TemporaryDirectory _directory = new();
    private readonly string _root;

    protected OciExecutorTests() => _root = BusyboxRoot.Create(_directory);

    protected abstract string Runtime { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string State => _directory["state"];

    public void Dispose()
    {
        Mounts.DetachBelow(_directory.Path);
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 1", 1)]
    [InlineData("exit 127", 127)]
    public async Task Process_Ends_GivesItsExitCode(string script, int code) => Assert.Equal(code, await RunAsync(Shell(script), new CollectedIo()));

    [Theory]
    [InlineData("nosuchprogram", 127)]
    [InlineData("/nosuchprogram", 127)]
    [InlineData("/etc/passwd", 126)]
    public async Task Program_CannotBeExecuted_GivesAShellsExitCodeAndSaysWhy(string program, int code)
    {
        var io = new CollectedIo();

        Assert.Equal(code, await RunAsync(Spec(program), io));

        Assert.Contains(program, io.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_AreKeptApartAndWhole()
    {
        var io = new CollectedIo();

        Assert.Equal(0, await RunAsync(Shell("i=0; while [ $i -lt 3000 ]; do echo line$i; i=$((i+1)); done; echo problem >&2; echo x > /dev/stderr"), io));

        Assert.Equal(string.Concat(Enumerable.Range(0, 3000).Select(number => $"line{number}\n")), io.Output);
        Assert.Equal("problem\nx\n", io.Errors);
    }

    [Fact]
    public async Task Input_IsRead()
    {
        var io = new CollectedIo(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 200_000))));

        Assert.Equal(0, await RunAsync(Spec("wc", "-c"), io));

        Assert.Equal("200000", io.Output.Trim());
    }

    [Fact]
    public async Task Environment_IsTheOneGivenAndTheUsersHome()
    {
        var io = new CollectedIo();

        await RunAsync(Spec("env") with { Environment = ["PATH=/bin", "A=1=2"], User = "app" }, io);

        Assert.Equal(["A=1=2", "HOME=/home/app", "PATH=/bin"], Lines(io).Where(line => !line.StartsWith("HOSTNAME", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [InlineData("", "uid=0(root) gid=0(root)")]
    [InlineData("app", "uid=1000(app) gid=1001(app) groups=2000(extra)")]
    [InlineData("1000:3000", "uid=1000(app) gid=3000(other)")]
    [InlineData("app:other", "uid=1000(app) gid=3000(other)")]
    [InlineData("77", "uid=77 gid=0(root)")]
    public async Task User_IsResolvedInTheRoot(string user, string expected)
    {
        var io = new CollectedIo();

        await RunAsync(Spec("id") with { User = user }, io);

        Assert.StartsWith(expected, io.Output.Replace("groups=1001(app),2000", "groups=2000", StringComparison.Ordinal).Replace(" groups=0(root)", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_Unknown_IsAnError()
    {
        var error = await Assert.ThrowsAsync<NotFoundException>(() => RunAsync(Spec("id") with { User = "nobodyhere" }, new CollectedIo()));

        Assert.Contains("unable to find user nobodyhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_AfterARunThatChangesNothing_IsAsBefore()
    {
        var before = BusyboxRoot.Describe(_root);
        using var secret = new SecretValue("x"u8);

        var code = await RunAsync(
            Shell("cat /etc/hosts /etc/resolv.conf /run/secrets/a/b > /dev/null") with
            {
                Mounts = [new StepMount.Secret("/run/secrets/a/b", secret, 0, 0, 0x100), new StepMount.Secret("/run/secrets/c", secret, 0, 0, 0x100), new StepMount.Tmpfs("/var/cache/deep", 0), new StepMount.Bind("/src/in", _root, "/etc", true)],
            },
            new CollectedIo());

        Assert.Equal(0, code);
        Assert.Equal(before, BusyboxRoot.Describe(_root));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(State, "steps")));
    }

    [Fact]
    public async Task MountPoints_WithParentsKept_LeaveTheParentsOnly()
    {
        await RunAsync(Spec("true") with { KeepsMountPointParents = true, Mounts = [new StepMount.Tmpfs("/new/deep", 0)] }, new CollectedIo());

        Assert.True(Directory.Exists(Path.Combine(_root, "new")));
        Assert.False(Directory.Exists(Path.Combine(_root, "new/deep")));
        Assert.False(Directory.Exists(Path.Combine(_root, "proc")));
    }

    [Fact]
    public async Task Step_ThatUsesADirectoryMadeForAMount_KeepsIt()
    {
        await RunAsync(Shell("echo kept > /new/file") with { Mounts = [new StepMount.Tmpfs("/new/deep", 0)] }, new CollectedIo());

        Assert.Equal(["/new/file"], Directory.EnumerateFileSystemEntries(Path.Combine(_root, "new")).Select(path => path[_root.Length..]));
    }

    [Fact]
    public async Task Secrets_AreSeenByTheStepAndNowhereElse()
    {
        using var file = new SecretValue(Encoding.UTF8.GetBytes(Planted));
        using var variable = new SecretValue(Encoding.UTF8.GetBytes(Planted));
        var io = new CollectedIo();
        var spec = Shell("stat -c '%a %u %g' /run/secrets/s; cat /run/secrets/s; echo; echo \"$TOKEN\"; echo ready; cat") with
        {
            Mounts = [new StepMount.Secret("/run/secrets/s", file, 1000, 1001, 0x100)],
            SecretEnvironment = [new SecretVariable("TOKEN", variable), new SecretVariable("ABSENT", null)],
        };
        var input = new System.IO.Pipelines.Pipe();
        var running = RunAsync(spec, new InputIo(io, input.Reader.AsStream()));
        await io.WaitForAsync("ready", Token);

        Assert.Equal(["400 1000 1001", Planted, Planted, "ready"], Lines(io));
        Assert.Empty(FilesOnDiskWith(PlantedEnd, State));
        Assert.Empty(FilesOnDiskWith(PlantedEnd, _root));
        Assert.DoesNotContain(CommandLines(), line => line.Contains("planted", StringComparison.Ordinal));

        await input.Writer.CompleteAsync();
        Assert.Equal(0, await running);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(State, "steps")));
        Assert.DoesNotContain(MountInfo.Read(), mount => mount.MountPoint.StartsWith(State, StringComparison.Ordinal));
        Assert.Empty(FilesOnDiskWith(PlantedEnd, _root));
    }

    [Fact]
    public async Task SecretMount_HasTheFlagsThatKeepItSafe()
    {
        using var secret = new SecretValue("x"u8);
        var io = new CollectedIo();

        await RunAsync(Shell("grep /run/s /proc/self/mountinfo") with { Mounts = [new StepMount.Secret("/run/s", secret, 0, 0, 0x100)] }, io);

        Assert.Contains("ro,nosuid,nodev,noexec", io.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NetworkMode.None, true)]
    [InlineData(NetworkMode.Host, false)]
    public async Task Network_None_HasLoopbackOnly(NetworkMode mode, bool isAlone)
    {
        var io = new CollectedIo();

        await RunAsync(Shell("ip -o link | wc -l; ip -o addr show lo | grep -c 127.0.0.1; cat /proc/self/net/dev | wc -l") with { Network = mode }, io);

        var lines = Lines(io);
        Assert.Equal(isAlone ? "1" : File.ReadLines("/proc/net/dev").Count() - 2 + "", lines[0]);
        Assert.Equal("1", lines[1]);
    }

    [Fact]
    public async Task ReadOnlyRoot_CannotBeWritten()
    {
        Assert.NotEqual(0, await RunAsync(Shell("echo x > /file") with { IsRootReadOnly = true }, new CollectedIo()));
        Assert.False(File.Exists(Path.Combine(_root, "file")));
    }

    [Fact]
    public async Task Binds_AreReadOnlyOrWritableAsAsked()
    {
        Directory.CreateDirectory(_directory["source/sub"]);
        var spec = Shell("echo x > /rw/sub/written; echo y > /ro/sub/refused") with
        {
            Mounts = [new StepMount.Bind("/rw", _directory["source"], "/", false), new StepMount.Bind("/ro", _directory["source"], "/", true)],
        };

        Assert.NotEqual(0, await RunAsync(spec, new CollectedIo()));

        Assert.True(File.Exists(_directory["source/sub/written"]));
        Assert.False(File.Exists(_directory["source/sub/refused"]));
    }

    [Fact]
    public async Task BindSource_ThroughALinkToTheHost_StaysInItsRoot()
    {
        Directory.CreateDirectory(_directory["source/etc"]);
        File.WriteAllText(_directory["source/etc/inside"], "inside");
        File.CreateSymbolicLink(_directory["source/link"], "/etc");
        File.CreateSymbolicLink(_directory["source/up"], "../../../../../../etc");
        var io = new CollectedIo();

        await RunAsync(
            Shell("cat /a/inside /b/inside; ls /a /b") with { Mounts = [new StepMount.Bind("/a", _directory["source"], "/link", true), new StepMount.Bind("/b", _directory["source"], "/up", true)] },
            io);

        Assert.StartsWith("insideinside", io.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("passwd", io.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MountTarget_ThroughALinkToTheHost_MakesAndRemovesNothingThere()
    {
        Directory.CreateDirectory(_directory["host"]);
        File.WriteAllText(_directory["host/precious"], string.Empty);
        File.CreateSymbolicLink(Path.Combine(_root, "link"), _directory["host"]);

        // While it runs the step turns a mount point's parent into a link to the host: the removal must not follow it.
        var code = await RunAsync(
            Shell($"mv /fresh /moved && ln -s {_directory["host"]} /fresh") with
            {
                Mounts = [new StepMount.Tmpfs("/link/made", 0), new StepMount.Bind("/fresh/precious", _root, "/etc/passwd", true)],
            },
            new CollectedIo());

        Assert.Equal(0, code);
        Assert.Equal([_directory["host/precious"]], Directory.EnumerateFileSystemEntries(_directory["host"]));
    }

    [Fact]
    public async Task WorkingDirectory_Missing_IsMadeForTheUserAndStays()
    {
        var io = new CollectedIo();

        await RunAsync(Spec("pwd") with { WorkingDirectory = "/work/here", User = "app" }, io);

        Assert.Equal("/work/here", io.Output.Trim());
        using var root = RootedDirectory.Open(_root);
        Assert.Equal((1000u, 1001u), (root.Stat("work/here").Uid, root.Stat("work/here").Gid));
    }

    [Fact]
    public async Task Sandbox_CannotReachTheHostsDevicesOrMount()
    {
        var io = new CollectedIo();

        await RunAsync(Shell("mknod /dev/disk b 7 0 && dd if=/dev/disk of=/dev/null count=1 2>/dev/null && echo open; mount -t tmpfs x /tmp 2>/dev/null && echo mounted; echo x > /proc/sys/kernel/domainname && echo wrote; echo done"), io);

        Assert.Equal("done", io.Output.Trim());
    }

    [Theory]
    [InlineData(false, "2", "1")]
    [InlineData(true, "0", "0")]
    public async Task SystemCalls_OfTheSandbox_AreFiltered(bool isPrivileged, string mode, string code)
    {
        // A user namespace needs no capability: only the filter forbids it.
        var io = new CollectedIo();

        await RunAsync(Shell("grep Seccomp: /proc/self/status; unshare -U true 2>/dev/null; echo $?") with { IsPrivileged = isPrivileged }, io);

        Assert.Equal([$"Seccomp:\t{mode}", code], Lines(io));
    }

    [Fact]
    public async Task Privileged_MayMount()
    {
        var io = new CollectedIo();

        Assert.Equal(0, await RunAsync(Shell("mount -t tmpfs x /tmp && echo mounted") with { IsPrivileged = true }, io));

        Assert.Equal("mounted", io.Output.Trim());
    }

    [Fact]
    public async Task Hosts_HostNameUlimitAndShm_AreAsAsked()
    {
        var io = new CollectedIo();
        var spec = Shell("hostname; grep -c '10.0.0.9.*db' /etc/hosts; ulimit -n; grep ' /dev/shm ' /proc/mounts") with
        {
            HostName = "builder",
            ExtraHosts = [("db", "10.0.0.9")],
            Ulimits = [("nofile", 77, 99)],
            Mounts = [new StepMount.Tmpfs("/dev/shm", 1 << 20)],
        };

        await RunAsync(spec, io);

        var lines = Lines(io);
        Assert.Equal(["builder", "1", "77"], lines[..3]);
        Assert.Contains("size=1024k", Assert.Single(lines[3..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_KillsAllAndLeavesNothing()
    {
        using var secret = new SecretValue("x"u8);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var io = new CollectedIo();
        var executor = await CreateAsync();
        var running = executor.RunAsync(
            Shell("sleep 987654 & echo started; trap '' TERM INT; sleep 987654") with { Mounts = [new StepMount.Secret("/run/s", secret, 0, 0, 0x100)] }, io, cancel.Token);
        await io.WaitForAsync("started", Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.DoesNotContain(CommandLines(), line => line.Contains("987654", StringComparison.Ordinal) && !line.Contains("trap", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(State, "steps")));
        Assert.DoesNotContain(MountInfo.Read(), mount => mount.MountPoint.StartsWith(State, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reader_ThatFails_EndsTheContainer()
    {
        var executor = await CreateAsync();

        await Assert.ThrowsAsync<IOException>(() => executor.RunAsync(Shell("while true; do echo x; done"), new FailingIo(), Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(State, "steps")));
    }

    [Fact]
    public async Task Terminal_IsOneAndHasItsSize()
    {
        var io = new CollectedIo();
        var control = new ChannelControl();
        var input = new System.IO.Pipelines.Pipe();
        var running = RunAsync(
            Shell("tty; stty size; read line; until stty size | grep '50 60'; do sleep 0.02; done; echo got $line") with { Terminal = new TerminalSize(33, 44), Control = control },
            new InputIo(io, input.Reader.AsStream()));
        await io.WaitForAsync("33 44", Token);
        control.Events.Writer.TryWrite(new ProcessControlEvent(null, new TerminalSize(50, 60)));
        await control.Taken.Task.WaitAsync(Token);
        await input.Writer.WriteAsync("hello\n"u8.ToArray(), Token);

        Assert.Equal(0, await running);
        Assert.Contains("/dev/pts/0", io.Output, StringComparison.Ordinal);
        Assert.Contains("50 60", io.Output, StringComparison.Ordinal);
        Assert.Contains("got hello", io.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signal_ReachesTheProcess()
    {
        var io = new CollectedIo();
        var control = new ChannelControl();
        var running = RunAsync(Shell("trap 'echo caught; exit 5' INT; echo ready; while true; do sleep 0.05; done") with { Control = control }, io);
        await io.WaitForAsync("ready", Token);

        control.Events.Writer.TryWrite(new ProcessControlEvent(Signals.SIGINT, null));

        Assert.Equal(5, await running);
        Assert.Equal(["ready", "caught"], Lines(io));
    }

    [Fact]
    public async Task Ssh_ConnectionsReachTheAgent()
    {
        var here = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        here.Bind(new UnixDomainSocketEndPoint(_directory["agent"]));
        here.Listen();
        var io = new CollectedIo();
        async ValueTask<Stream> Connect(CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_directory["agent"]), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }

        // busybox has no client for unix sockets: the socket is looked at from inside and connected to from outside, through the container's root.
        var input = new System.IO.Pipelines.Pipe();
        var spec = Shell("stat -c '%F %a %u' /run/agent; echo ready; cat") with { Mounts = [new StepMount.Ssh("/run/agent", Connect, 1000, 0, 0x180)] };
        var running = RunAsync(spec, new InputIo(io, input.Reader.AsStream()));
        await io.WaitForAsync("ready", Token);
        Assert.Equal("socket 600 1000", Lines(io)[0]);

        var process = ProcessesOf(spec.Id).First();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint($"{process}/root/run/agent"), Token);
        using var agent = await here.AcceptAsync(Token);
        await client.SendAsync("question"u8.ToArray(), Token);
        var buffer = new byte[64];
        Assert.Equal("question", Encoding.UTF8.GetString(buffer, 0, await agent.ReceiveAsync(buffer, Token)));
        await agent.SendAsync("answer"u8.ToArray(), Token);
        Assert.Equal("answer", Encoding.UTF8.GetString(buffer, 0, await client.ReceiveAsync(buffer, Token)));

        await input.Writer.CompleteAsync();
        Assert.Equal(0, await running);
        here.Dispose();
    }

    [Fact]
    public async Task Recovery_EndsWhatAKilledDaemonLeft()
    {
        // What a daemon has when it is killed: a step's directory, a runtime that waits, a container.
        var token = Token;
        var steps = Path.Combine(State, "steps");
        var runtime = await OciRuntime.FindAsync(Runtime, token);
        var spec = Shell("sleep 123454321");
        var step = StepDirectory.Create(steps, spec.Id, inMemory: true);
        var builder = new SpecBuilder { Spec = spec, User = new ResolvedUser(0, 0, [], "/"), Mounts = [.. StandardMounts.Create(false)] };
        using (var configuration = RuntimeSpecJson.Write(builder.Build()))
        {
            await File.WriteAllBytesAsync(Path.Combine(step.Bundle, "config.json"), configuration.Written.ToArray(), token);
        }

        using var left = ChildProcess.Start(new ChildProcessOptions
        {
            Path = runtime.Path,
            Arguments = runtime.Command(step.State, step.LogFile, "run", "--bundle", step.Bundle, "--pid-file", step.PidFile, spec.Id),
            WorkingDirectory = step.Bundle,
        });
        var ended = left.WaitAsync(token);
        while (!File.Exists(step.PidFile))
        {
            Assert.False(ended.IsCompleted);
            await Task.Yield();
        }

        await (await CreateAsync()).RecoverAsync(token);

        Assert.Equal(137, await ended);
        Assert.Empty(Directory.EnumerateFileSystemEntries(steps));
        Assert.Empty(ProcessesOf(spec.Id));
        Assert.DoesNotContain(MountInfo.Read(), mount => mount.MountPoint.StartsWith(State, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Steps_OneAfterAnother_AreFast()
    {
        var executor = await CreateAsync();
        var times = new List<double>();
        for (var index = 0; index < 50; index++)
        {
            var begun = Stopwatch.GetTimestamp();
            Assert.Equal(0, await executor.RunAsync(Spec("/bin/true"), new CollectedIo(), Token));
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        times.Sort();
        TestContext.Current.SendDiagnosticMessage($"{Runtime}: median {times[25]:0.0} ms, least {times[0]:0.0} ms");
        Console.WriteLine($"{Runtime}: median {times[25]:0.0} ms, least {times[0]:0.0} ms");
        Assert.InRange(times[25], 0, 1000);
    }

    private static string[] Lines(CollectedIo io) => io.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (IOException)
            {
                continue;
            }

            yield return line;
        }
    }

    /// <summary>The directories in <c>/proc</c> of the processes in a container.</summary>
    private static IEnumerable<string> ProcessesOf(string id)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            string text;
            try
            {
                text = File.ReadAllText(Path.Combine(process, "cgroup"));
            }
            catch (IOException)
            {
                continue;
            }

            if (text.Contains("/cofferdam/" + id, StringComparison.Ordinal))
            {
                yield return process;
            }
        }
    }

    /// <summary>Files below a directory that hold a text, those on a file system in memory left out.</summary>
    private static List<string> FilesOnDiskWith(string text, string directory)
    {
        const long tmpfs = 0x01021994;
        var wanted = Encoding.UTF8.GetBytes(text);
        var found = new List<string>();
        using var opened = RootedDirectory.Open(directory);
        using var walker = new DirectoryWalker(opened);
        while (walker.MoveNext())
        {
            var path = Path.Combine(directory, walker.Path);
            if (walker.Stat.IsDirectory && FileSystemSpace.Of(path).Type == tmpfs)
            {
                walker.SkipChildren();
            }
            else if (walker.Stat.IsRegular && File.ReadAllBytes(path).AsSpan().IndexOf(wanted) >= 0)
            {
                found.Add(path);
            }
        }

        return found;
    }

    private ProcessSpec Shell(string script) => Spec("/bin/sh", "-c", script);

    private ProcessSpec Spec(params string[] arguments) => new()
    {
        Id = "t" + Guid.NewGuid().ToString("N"),
        RootPath = _root,
        Arguments = [.. arguments],
        Environment = ["PATH=/bin"],
        Network = NetworkMode.Host,
    };

    private async Task<int> RunAsync(ProcessSpec spec, IProcessIo io) => await (await CreateAsync()).RunAsync(spec, io, Token);

    private Task<OciExecutor> CreateAsync() => OciExecutor.CreateAsync(new OciExecutorOptions { Directory = State, Runtime = Runtime }, TimeProvider.System, Token);

    private sealed class InputIo(CollectedIo output, Stream input) : IProcessIo
    {
        public Stream? StandardInput => input;

        public ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => output.WriteAsync(stream, data, cancellationToken);
    }

    private sealed class FailingIo : IProcessIo
    {
        public Stream? StandardInput => null;

        public ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => throw new InvalidDataException("gone");
    }

    private sealed class ChannelControl : IProcessControl
    {
        public Channel<ProcessControlEvent> Events { get; } = Channel.CreateUnbounded<ProcessControlEvent>();

        /// <summary>Set when an event was dealt with.</summary>
        public TaskCompletionSource Taken { get; } = new();

        public async IAsyncEnumerable<ProcessControlEvent> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var change in Events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return change;
                Taken.TrySetResult();
            }
        }
    }
}
