using System.Text;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Gateway;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Xunit;
using SolveRequest = Cofferdam.Protocol.Control.SolveRequest;
using SolveResponse = Cofferdam.Protocol.Control.SolveResponse;

namespace Cofferdam.UnitTests.Cli;

public sealed class BuildCommandTests : IDisposable
{
    private readonly CommandRun _run = new();

    public BuildCommandTests()
    {
        _run.File("Dockerfile", "FROM scratch\n");
        _run.Daemon.OnStream<StatusRequest, StatusResponse>("Status", _ => []);
        _run.Daemon.On<SolveRequest, SolveResponse>("Solve", _ => Answer(("containerimage.digest", "sha256:abc"), ("containerimage.config.digest", "sha256:def")));
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Build_NoFlags_SendsContextAndKeepsImage()
    {
        Assert.Equal(0, await _run.RunAsync("build", "."));
        var request = _run.Daemon.Request<SolveRequest>();
        Assert.Equal("dockerfile.v0", request.Frontend);
        Assert.Equal("the-session", request.Session);
        Assert.Equal("cofferdam.seal=enforce|filename=Dockerfile", Attributes(request));
        Assert.Equal("image", Assert.Single(request.Exporters).Type);
        Assert.Equal([_run.Directory, _run.Directory], [_run.Session!.Directories["context"], _run.Session.Directories["dockerfile"]]);
    }

    [Fact]
    public async Task Build_AllFlags_BecomeFrontendOptions()
    {
        _run.File("sub/App.dockerfile");
        _run.Variables["FROM_ENV"] = "here";
        var exit = await _run.RunAsync(
            "build", ".", "-fsub/App.dockerfile", "-t", "app", "--tag=reg.example/app:1", "--target", "final", "--build-arg", "A=1", "--build-arg=FROM_ENV", "--build-arg", "UNSET",
            "--label", "l=v=w", "--no-cache-filter", "a,b", "--pull", "--platform", "linux/amd64,arm64", "--add-host", "h:1.2.3.4", "--add-host", "six=[::1]", "--network", "host", "--shm-size", "64m",
            "--ulimit", "nofile=10", "--cgroup-parent", "cg", "--build-context", "base=docker-image://alpine", "--allow", "security.insecure", "--push");
        Assert.Equal(0, exit);
        var request = _run.Daemon.Request<SolveRequest>();
        Assert.Equal(
            "add-hosts=h=1.2.3.4,six=::1|build-arg:A=1|build-arg:FROM_ENV=here|cgroup-parent=cg|cofferdam.seal=enforce|context:base=docker-image://alpine|filename=App.dockerfile|force-network-mode=host|"
            + "image-resolve-mode=pull|label:l=v=w|no-cache=a,b|platform=linux/amd64,linux/arm64|shm-size=67108864|target=final|ulimit=nofile=10:10",
            Attributes(request));
        Assert.Equal("security.insecure network.host", string.Join(' ', request.Entitlements));
        var exporter = Assert.Single(request.Exporters);
        Assert.Equal(("docker.io/library/app:latest,reg.example/app:1", "true"), (exporter.Attrs["name"], exporter.Attrs["push"]));
    }

    [Theory]
    [InlineData("https://github.com/a/b.git#main:dir")]
    [InlineData("git@github.com:a/b.git")]
    public async Task Build_RemoteContext_SendsNoDirectory(string context)
    {
        Assert.Equal(0, await _run.RunAsync("build", context));
        Assert.Equal("cofferdam.seal=enforce|context=" + context, Attributes(_run.Daemon.Request<SolveRequest>()));
        Assert.Empty(_run.Session!.Directories);
    }

    [Fact]
    public async Task Build_TarOnInput_UploadsIt()
    {
        var tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        _run.Input = new MemoryStream(tar);
        Assert.Equal(0, await _run.RunAsync("build", "-"));
        var (id, stream) = Assert.Single(_run.Session!.Uploads);
        Assert.Equal("http://buildkit-session/" + id, _run.Daemon.Request<SolveRequest>().FrontendAttrs["context"]);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.Equal(tar, copy.ToArray());
    }

    [Fact]
    public async Task Build_DockerfileOnInput_SendsItWithEmptyContext()
    {
        var text = string.Empty;
        _run.Input = new MemoryStream("FROM busybox\n"u8.ToArray());
        _run.Daemon.On<SolveRequest, SolveResponse>("Solve", _ =>
        {
            text = File.ReadAllText(Path.Combine(_run.Session!.Directories["dockerfile"], "Dockerfile"));
            return new SolveResponse();
        });
        Assert.Equal(0, await _run.RunAsync("build", "-"));
        Assert.Equal("FROM busybox\n", text);
        Assert.False(Directory.Exists(_run.Session!.Directories["context"]), "what was made for the build is removed");
    }

    [Fact]
    public async Task Build_QuietWithFiles_WritesDigest()
    {
        var descriptor = Convert.ToBase64String("{\"digest\":\"sha256:abc\"}"u8);
        _run.Daemon.On<SolveRequest, SolveResponse>("Solve", _ => Answer(("containerimage.digest", "sha256:abc"), ("containerimage.descriptor", descriptor)));
        Assert.Equal(0, await _run.RunAsync("build", "-q", "--iidfile", "iid", "--metadata-file=meta.json", "."));
        Assert.Equal("sha256:abc\n", _run.Output);
        Assert.Equal(string.Empty, _run.Error);
        Assert.Equal("sha256:abc", await File.ReadAllTextAsync(Path.Combine(_run.Directory, "iid")));
        var metadata = await File.ReadAllTextAsync(Path.Combine(_run.Directory, "meta.json"));
        Assert.Contains("\"containerimage.descriptor\": {\n    \"digest\": \"sha256:abc\"\n  }", metadata, StringComparison.Ordinal);
        Assert.Contains("\"buildx.build.ref\": \"default/default/", metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_StepFails_ShowsLogLinesAndDockerfile()
    {
        var started = Timestamp.FromDateTimeOffset(_run.Time.GetUtcNow());
        var vertex = new Vertex { Digest = "sha256:1", Name = "[2/2] RUN false", Started = started };
        var failed = vertex.Clone();
        failed.Completed = started;
        failed.Error = "process \"/bin/sh -c false\" did not complete successfully: exit code: 1";
        _run.Daemon.OnStream<StatusRequest, StatusResponse>("Status", _ =>
        [
            new() { Vertexes = { vertex }, Logs = { new VertexLog { Vertex = "sha256:1", Timestamp = started, Msg = ByteString.CopyFromUtf8("oh no\n") } } },
            new() { Vertexes = { failed } },
        ]);
        _run.Daemon.On<SolveRequest, SolveResponse>("Solve", _ => throw Failure(failed.Error, "FROM alpine\nRUN false\nRUN true\n", 2));
        Assert.Equal(1, await _run.RunAsync("build", "."));
        Assert.Equal(
            """
            #1 [2/2] RUN false
            #1 0.000 oh no
            #1 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1
            ------
             > [2/2] RUN false:
            0.000 oh no
            ------
            Dockerfile:2
            --------------------
               1 |     FROM alpine
               2 | >>> RUN false
               3 |     RUN true
            --------------------
            ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1

            """,
            _run.Error);
    }

    [Fact]
    public async Task Build_Check_AsksFrontendAndPassesItsStatus()
    {
        _run.Daemon.On<PingRequest, PongResponse>("Ping", _ => new PongResponse());
        _run.Daemon.On<ReturnRequest, ReturnResponse>("Return", _ => new ReturnResponse());
        _run.Daemon.On<object, object>("Solve", request => request is SolveRequest ? new SolveResponse() : new Cofferdam.Protocol.Gateway.SolveResponse
        {
            Result = new Result { Metadata = { ["result.txt"] = ByteString.CopyFromUtf8("WARNING: x"), ["result.statuscode"] = ByteString.CopyFromUtf8("1") } },
        });
        Assert.Equal(1, await _run.RunAsync("build", "--check", "."));
        Assert.Equal("WARNING: x\n", _run.Output);
        var request = _run.Daemon.Request<Cofferdam.Protocol.Gateway.SolveRequest>();
        Assert.Equal(("dockerfile.v0", "frontend.lint"), (request.Frontend, request.FrontendOpt["requestid"]));
        Assert.True(_run.Daemon.Request<SolveRequest>().Internal);
        Assert.Empty(_run.Daemon.Request<SolveRequest>().Exporters);
    }

    [Theory]
    [InlineData("--check", "Check complete, 1 warning has been found!\n\nWARNING: Rule - url\nsaid\nDockerfile:1\n", 1)]
    [InlineData("--call=check,ignorestatus=true", "Check complete, 1 warning has been found!\n\nWARNING: Rule - url\nsaid\nDockerfile:1\n", 0)]
    [InlineData("--call=lint,format=json", Json, 1)]
    [InlineData("--call=outline", "\nWARNING: Rule - url\nsaid\nDockerfile:1\n", 1)]
    public async Task Build_Call_ShowsTheAnswerAsBuildxDoes(string flag, string output, int code)
    {
        Answer(Json);
        Assert.Equal(code, await _run.RunAsync("build", flag, "."));
        Assert.Equal(output.TrimEnd('\n'), _run.Output.TrimEnd('\n'));
    }

    [Fact]
    public async Task Build_CheckWithError_ShowsItAsAnError()
    {
        Answer("""{"warnings":null,"sources":[{"filename":"Dockerfile","data":"RlJPTSBhCkZPTyBiCg=="}],"buildError":{"message":"unknown instruction: FOO","location":{"ranges":[{"start":{"line":2},"end":{"line":2}}]}}}""");
        Assert.Equal(1, await _run.RunAsync("build", "--check", "."));
        Assert.Equal(string.Empty, _run.Output);
        Assert.Equal("Dockerfile:2\n--------------------\n   1 |     FROM a\n   2 | >>> FOO b\n--------------------\nERROR: unknown instruction: FOO\n", _run.Error);
    }

    [Theory]
    [InlineData("--call=nothing")]
    [InlineData("--call=check,format=xml")]
    public async Task Build_CallUnknown_IsAUsageError(string flag) => Assert.Equal(2, await _run.RunAsync("build", flag, "."));

    private const string Json = """{"warnings":[{"ruleName":"Rule"}],"sources":[{"filename":"Dockerfile","data":""}]}""";

    private void Answer(string json)
    {
        _run.Daemon.On<PingRequest, PongResponse>("Ping", _ => new PongResponse());
        _run.Daemon.On<ReturnRequest, ReturnResponse>("Return", _ => new ReturnResponse());
        _run.Daemon.On<object, object>("Solve", request => request is SolveRequest ? new SolveResponse() : new Cofferdam.Protocol.Gateway.SolveResponse
        {
            Result = new Result
            {
                Metadata =
                {
                    ["result.json"] = ByteString.CopyFromUtf8(json),
                    ["result.txt"] = ByteString.CopyFromUtf8("\nWARNING: Rule - url\nsaid\nDockerfile:1\n"),
                    ["result.statuscode"] = ByteString.CopyFromUtf8("1"),
                },
            },
        });
    }

    [Theory]
    [InlineData("build", "--tagg", "x", ".", "ERROR: unknown flag \"--tagg\"\n\nhint: did you mean \"--tag\"?\n")]
    [InlineData("build", "-t", "UPPER", ".", "ERROR: invalid image reference \"UPPER\"\n\nhint: write it as [registry/]name[:tag][@digest]; names are lower-case\n")]
    [InlineData("build", "-f", "nope", ".", "ERROR: Dockerfile \"nope\" does not exist\n\nhint: -f is relative to the directory the command runs in, not to the context\n")]
    [InlineData("build", "--progress", "x", ".", "ERROR: unknown progress mode \"x\"\n\nhint: it is auto, tty, plain, rawjson or quiet\n")]
    [InlineData("build", ".", "-t", "", "ERROR: flag \"-t\" needs a value\n")]
    public async Task Build_Wrong_Says(string a, string b, string c, string d, string error)
    {
        Assert.NotEqual(0, await _run.RunAsync([.. new[] { a, b, c, d }.Where(text => text.Length > 0)]));
        Assert.Equal(error, _run.Error);
    }

    private static string Attributes(SolveRequest request) => string.Join('|', request.FrontendAttrs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static SolveResponse Answer(params (string Key, string Value)[] entries)
    {
        var response = new SolveResponse();
        entries.ToList().ForEach(entry => response.ExporterResponse[entry.Key] = entry.Value);
        return response;
    }

    private static RpcException Failure(string message, string dockerfile, int line)
    {
        var json = $$$"""{"info":{"filename":"Dockerfile","data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(dockerfile))}}}"},"ranges":[{"start":{"line":{{{line}}}},"end":{"line":{{{line}}}}}]}""";
        var status = new Cofferdam.Protocol.Rpc.Status { Code = 2, Message = message };
        status.Details.Add(new Any { TypeUrl = "github.com/moby/buildkit/errdefs.Source+json", Value = ByteString.CopyFromUtf8(json) });
        return new RpcException(new Status(StatusCode.Unknown, message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }
}
