using Cofferdam.Cli.Commands;
using Cofferdam.Model;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Images;
using Cofferdam.Registry;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Cli;

public sealed class CommandTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("buidl", "ERROR: unknown command \"buidl\"\n\nhint: did you mean \"build\"?\n")]
    [InlineData("tag a", "ERROR: \"coffer tag\" requires 2 arguments\n\nhint: usage: coffer tag [OPTIONS] SOURCE TARGET\n")]
    [InlineData("version x", "ERROR: \"coffer version\" accepts no arguments\n\nhint: usage: coffer version [OPTIONS]\n")]
    [InlineData("rmi", "ERROR: \"coffer rmi\" requires at least 1 argument\n\nhint: usage: coffer rmi [OPTIONS] IMAGE [IMAGE...]\n")]
    [InlineData("images --quiet=x", "ERROR: invalid value \"x\" for \"--quiet\": it is true or false\n")]
    public async Task Usage_Wrong_SaysAndExits2(string line, string error)
    {
        Assert.Equal(2, await _run.RunAsync(line.Split(' ')));
        Assert.Equal((string.Empty, error), (_run.Output, _run.Error));
    }

    [Fact]
    public async Task Help_OfCommand_ShowsFlagsAndExamples()
    {
        Assert.Equal(0, await _run.RunAsync("tag", "--help"));
        Assert.StartsWith("Usage: coffer tag [OPTIONS] SOURCE TARGET\n\nGive an image another name\n", _run.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _run.RunAsync("build", "--help"));
        Assert.Contains("  -t, --tag NAME[:TAG] ", _run.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:\n  coffer build -t app .\n", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_Table_IsDockers()
    {
        _run.Daemon.On<ListImagesRequest, ListImagesResponse>("List", _ => new ListImagesResponse { Images = { Image("docker.io/library/app:latest"), Image() } });
        Assert.Equal(0, await _run.RunAsync("images"));
        Assert.Equal(
            """
            REPOSITORY   TAG      IMAGE ID       CREATED       SIZE
            app          latest   0123456789ab   2 hours ago   12.3MB
            <none>       <none>   0123456789ab   2 hours ago   12.3MB

            """,
            _run.Output);
    }

    [Fact]
    public async Task Images_QuietAndJson_AreForPrograms()
    {
        _run.Daemon.On<ListImagesRequest, ListImagesResponse>("List", _ => new ListImagesResponse { Images = { Image("docker.io/library/app:latest") } });
        Assert.Equal(0, await _run.RunAsync("ls", "-q"));
        Assert.Equal("0123456789ab\n", _run.Output);
        Assert.Equal(0, await _run.RunAsync("images", "--format=json"));
        Assert.StartsWith("""{"Repository":"app","Tag":"latest","ID":"0123456789ab","Digest":"sha256:0123456789abcdef",""", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_Image_ShowsNewestFirst()
    {
        const string Config = """{"history":[{"created":"2026-01-02T01:04:05Z","created_by":"ADD rootfs"},{"created_by":"CMD [\"sh\"]","empty_layer":true,"comment":"buildkit.dockerfile.v0"}]}""";
        _run.Daemon.On<InspectImageRequest, InspectImageResponse>("Inspect", _ => new InspectImageResponse { Image = Image("app"), Config = ByteString.CopyFromUtf8(Config), LayerSizes = { 2048 } });
        Assert.Equal(0, await _run.RunAsync("history", "app"));
        Assert.Equal(
            """
            IMAGE          CREATED       CREATED BY   SIZE     COMMENT
            0123456789ab   N/A           CMD ["sh"]   0B       buildkit.dockerfile.v0
            <missing>      2 hours ago   ADD rootfs   2.05kB

            """,
            _run.Output);
    }

    [Fact]
    public async Task Rmi_OneMissing_RemovesTheOthersAndFails()
    {
        _run.Daemon.On<RemoveImageRequest, RemoveImageResponse>("Remove", request => request.Reference == "no"
            ? throw new RpcException(new Status(StatusCode.NotFound, "image \"no\" does not exist"))
            : new RemoveImageResponse { Untagged = { request.Reference } });
        Assert.Equal(1, await _run.RunAsync("rmi", "no", "yes"));
        Assert.Equal(("Untagged: yes\n", "ERROR: image \"no\" does not exist\n"), (_run.Output, _run.Error));
    }

    [Fact]
    public async Task Pull_Progress_IsShownAndDigestPrinted()
    {
        _run.Daemon.OnStream<PullImageRequest, ImageProgress>("Pull", _ =>
        [
            new() { Id = "sha256:1", Action = "downloading", Current = 5, Total = 10 },
            new() { Id = "sha256:1", Action = "downloading", Current = 10, Total = 10, Completed = true },
            new() { Digest = "sha256:abc" },
        ]);
        Assert.Equal(0, await _run.RunAsync("pull", "alpine"));
        Assert.Equal("sha256:abc\n", _run.Output);
        Assert.Equal("#1 pulling alpine:latest\n#1 sha256:1 5B / 10B\n#1 sha256:1 10B / 10B done\n#1 DONE 0.0s\n", _run.Error);
        Assert.Equal("docker.io/library/alpine:latest", _run.Daemon.Request<PullImageRequest>().Reference);
    }

    [Fact]
    public async Task Run_Flags_StopAtImageAndExitCodeIsPassedOn()
    {
        _run.Variables["PASSED"] = "on";
        _run.Daemon.On<InspectImageRequest, InspectImageResponse>("Inspect", _ => new InspectImageResponse());
        _run.Daemon.OnStream<object, RunResponse>("Run", _ => [new() { Started = true }, new() { Stdout = ByteString.CopyFromUtf8("hi") }, new() { Exit = 7 }]);
        Assert.Equal(7, await _run.RunAsync("run", "--rm", "-e", "A=1", "-e", "PASSED", "-v", ".:/src:ro", "-w", "/src", "--entrypoint", "", "app", "sh", "-c", "exit 7", "--rm"));
        Assert.Equal("hi", _run.Output);
        var start = _run.Daemon.Requests.Select(call => call.Request).OfType<RunRequest>().First().Start;
        Assert.Equal(["sh", "-c", "exit 7", "--rm"], start.Arguments);
        Assert.Equal(["A=1", "PASSED=on"], start.Environment);
        Assert.Equal(new Volume { Source = _run.Directory, Target = "/src", ReadOnly = true }, Assert.Single(start.Volumes));
        Assert.Equal(("app", true, 0, false), (start.Image, start.HasEntrypoint, start.Entrypoint.Count, start.Interactive));
    }

    [Fact]
    public async Task Prune_Filters_AreNanosecondsAndBytes()
    {
        _run.Daemon.OnStream<PruneRequest, UsageRecord>("Prune", _ => [new UsageRecord { ID = "x", Size = 1000 }]);
        Assert.Equal(0, await _run.RunAsync("prune", "-a", "--filter", "until=1h", "--max-used-space", "1g"));
        var request = _run.Daemon.Request<PruneRequest>();
        Assert.Equal((true, 3_600_000_000_000, 1L << 30), (request.All, request.KeepDuration, request.MaxUsedSpace));
        Assert.EndsWith("Total:\t1kB\n", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_Flags_BecomeOptions()
    {
        Assert.Equal(0, await _run.RunAsync("--root=/srv/c", "daemon", "--addr", "tcp://127.0.0.1:1", "--addr=unix:///x", "--idle-timeout", "5m"));
        Assert.Equal(("/srv/c", TimeSpan.FromMinutes(5)), (_run.DaemonOptions!.Root, _run.DaemonOptions.IdleTimeout));
        Assert.Equal(["tcp://127.0.0.1:1", "unix:///x"], _run.DaemonOptions.Addresses);
        Assert.Equal(0, await _run.RunAsync("daemon", "--root", "/srv/c"));
        Assert.Equal(["unix:///srv/c/run/cofferd.sock"], _run.DaemonOptions.Addresses);
        Assert.Null(_run.DaemonOptions.IdleTimeout);
    }

    [Fact]
    public async Task Login_ThenLogout_KeepsTheRestOfTheFile()
    {
        _run.Variables["DOCKER_CONFIG"] = _run.Directory;
        _run.File("config.json", """{"detachKeys":"ctrl-e"}""");
        _run.Input = new MemoryStream("pass\n"u8.ToArray());
        Assert.Equal(0, await _run.RunAsync("login", "reg.example", "-u", "me", "--password-stdin"));
        var path = Path.Combine(_run.Directory, "config.json");
        Assert.Contains("\"auth\": \"bWU6cGFzcw==\"", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        Assert.Equal(0, await _run.RunAsync("logout", "reg.example"));
        var after = await File.ReadAllTextAsync(path);
        Assert.DoesNotContain("auth\":", after, StringComparison.Ordinal);
        Assert.Contains("ctrl-e", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_RegistryRefuses_KeepsNothing()
    {
        _run.Variables["DOCKER_CONFIG"] = _run.Directory;
        _run.Input = new MemoryStream("wrong\n"u8.ToArray());
        RegistryLogin? asked = null;
        _run.CheckLogin = (host, login) =>
        {
            asked = login;
            throw new UnauthorizedException($"log in to {host}: wrong");
        };
        Assert.Equal(1, await _run.RunAsync("login", "reg.example", "-u", "me", "--password-stdin"));
        Assert.Equal(new RegistryLogin("me", "wrong"), asked);
        Assert.Contains("ERROR: log in to reg.example: wrong", _run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_run.Directory, "config.json")));
    }

    [Theory]
    [InlineData("bash", "complete -o filenames -F _coffer coffer")]
    [InlineData("zsh", "#compdef coffer")]
    [InlineData("fish", "complete -c coffer -n '__fish_seen_subcommand_from build' -l tag -s t -r")]
    public async Task Completion_Shell_HasScript(string shell, string part)
    {
        Assert.Equal(0, await _run.RunAsync("completion", shell));
        Assert.Contains(part, _run.Output, StringComparison.Ordinal);
        Assert.Contains("build-context", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docs_Page_IsCurrent()
    {
        var path = Path.Combine(Repository.Root, "docs", "reference", "cli.md");
        if (Environment.GetEnvironmentVariable("COFFER_ACCEPT") == "1")
        {
            await File.WriteAllTextAsync(path, DocsCommand.Page());
        }

        Assert.Equal(await File.ReadAllTextAsync(path), DocsCommand.Page());
    }

    private Image Image(params string[] names) => new()
    {
        Names = { names },
        Digest = "sha256:0123456789abcdef",
        ConfigDigest = "sha256:0123456789abcdef",
        Size = 12_340_000,
        Created = Timestamp.FromDateTimeOffset(_run.Time.GetUtcNow() - TimeSpan.FromHours(2)),
    };
}
