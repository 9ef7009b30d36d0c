using Cofferdam.Protocol.Gateway;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Frontends of images: ours run by us and by Docker Engine, and others that fail in all ways.</summary>
[Collection(DaemonGroup.Name)]
public sealed class FrontendTests(DaemonFixture daemon, EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Body = """
        FROM BASE AS one
        ARG A
        RUN echo "made $A" > /made
        FROM BASE
        COPY file /copied
        COPY --from=one /made /
        ENV A=$A
        CMD ["cat", "/made"]
        """;

    [Theory]
    [InlineData("# syntax=FRONTEND with words\n", null)]
    [InlineData("", "BUILDKIT_SYNTAX=FRONTEND")]
    public async Task OurFrontend_RunByUs_BuildsTheSame(string directive, string? argument)
    {
        var frontend = await FrontendImage.PushAsync(daemon, daemon.Registry + "/frontend:1");
        var (theirs, _) = await BuildAsync("# syntax=docker/dockerfile:1\n" + Body, []);
        var (ours, shown) = await BuildAsync(directive.Replace("FRONTEND", frontend, StringComparison.Ordinal) + Body, argument is null ? [] : ["--build-arg", argument.Replace("FRONTEND", frontend, StringComparison.Ordinal)]);

        Assert.Contains($"[internal] run frontend {frontend}", shown, StringComparison.Ordinal);
        Assert.Contains("[stage-1 2/3] COPY file /copied", shown, StringComparison.Ordinal);
        Assert.Equal(theirs.Config.ToJsonString(), ours.Config.ToJsonString());
        Assert.Equal(theirs.Describe(), ours.Describe());
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task OurFrontend_RunByDockerEngine_BuildsTheSame()
    {
        var frontend = await FrontendImage.PushAsync(daemon, daemon.Registry + "/frontend:1");
        var context = Context($"# syntax={frontend}\n" + Body);
        var output = daemon.NewDirectory();
        var result = await engine.BuildxAsync("build", "--progress", "plain", "--network", "host", "-t", "by-engine", "--build-arg", "A=1", context);
        await engine.DockerAsync("save", "by-engine", "-o", output + "/engine.tar");
        var (ours, _) = await BuildAsync(Body, []);

        var theirs = SavedImage.OfDocker(output + "/engine.tar");
        Assert.Contains("resolve image config for docker-image://" + frontend, result.Error, StringComparison.Ordinal);
        Assert.Equal(ours.Describe(), theirs.Describe());
        Assert.Equal(ours.Commands, theirs.Commands);
        Assert.Equal(ours.Config["config"]!.ToJsonString(), theirs.Config["config"]!.ToJsonString());
    }

    [Fact]
    public async Task OurFrontend_ByAContext_AnswersSubrequests()
    {
        var frontend = await FrontendImage.PushAsync(daemon, daemon.Registry + "/frontend:1");
        var context = Context("# syntax=nowhere.invalid/mine\n" + Body);

        var targets = await daemon.BuildxAsync("build", "--build-context", "nowhere.invalid/mine=docker-image://" + frontend, "--call", "targets", context);
        var described = await daemon.BuildxAsync("build", "--build-context", "nowhere.invalid/mine=docker-image://" + frontend, "--call", "subrequests.describe", context);

        Assert.True(targets.ExitCode == 0, targets.All);
        Assert.Contains("one", targets.Output, StringComparison.Ordinal);
        Assert.True(described.ExitCode == 0, described.All);
        Assert.Contains("outline", described.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OurFrontend_TellsOfErrorsAndChecksWithTheirLines()
    {
        var frontend = await FrontendImage.PushAsync(daemon, daemon.Registry + "/frontend:1");
        var wrong = await daemon.BuildxAsync("build", "--progress", "plain", Context($"# syntax={frontend}\nFROM {daemon.Base}\nRUNN true\n"));
        var failing = await daemon.BuildxAsync("build", "--progress", "plain", Context($"# syntax={frontend}\nFROM {daemon.Base} as x\nRUN exit 3\n"));

        Assert.Equal((1, 1), (wrong.ExitCode, failing.ExitCode));
        Assert.Contains("3 | >>> RUNN true", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("unknown instruction: RUNN", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("3 | >>> RUN exit 3", failing.Error, StringComparison.Ordinal);
        Assert.Contains("did not complete successfully: exit code: 3", failing.Error, StringComparison.Ordinal);
        Assert.Contains("FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 2)", failing.Error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Frontend_WithoutAWantedCapability_IsRefused()
    {
        var frontend = await FrontendImage.PushAsync(daemon, daemon.Registry + "/frontend:bare", hasLabels: false);
        var result = await daemon.BuildxAsync("build", "--call", "outline", Context($"# syntax={frontend}\n" + Body));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("unsupported frontend capability moby.buildkit.frontend.subrequests", result.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo one >&2; echo two >&2; exit 3", "it ended with exit code 3; it last said:")]
    [InlineData("exit 0", "it ended without a result")]
    [InlineData("echo hello; sleep 100", "what it writes to its standard output is no gRPC: \"hello\\n\"")]
    [InlineData("printf 'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\nand then no frames but words and words'; sleep 100", "its connection ended before it returned a result")]
    [InlineData("exec /nowhere", "it ended with exit code 127")]
    [InlineData("cat /run/config/buildkit/metadata/frontend.bin | wc -c >&2; echo x > /run/config/buildkit/metadata/x || echo refused >&2; exit 1", "refused")]
    [InlineData("env >&2; exit 1", "BUILDKIT_FRONTEND_OPT_")]
    public async Task Frontend_ThatFails_SaysHow(string script, string message)
    {
        var frontend = await FrontendImage.PushScriptAsync(daemon, daemon.Registry + "/failing:1", script + "\n");
        var result = await daemon.BuildxAsync("build", "--progress", "plain", Context($"# syntax={frontend}\nanything\n"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains($"frontend {frontend}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains($"1 | >>> # syntax={frontend}", result.Error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Frontend_WhoseClientStops_IsKilled()
    {
        var frontend = await FrontendImage.PushScriptAsync(daemon, daemon.Registry + "/sleeping:1", "echo it sleeps >&2; sleep 1000\n");
        using var build = daemon.Start(isCoffer: false, "build", "--progress", "plain", Context($"# syntax={frontend}\nanything\n"));
        while (await build.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("it sleeps", StringComparison.Ordinal))
        {
            // Not yet.
        }

        Assert.False(build.HasExited);
        build.Kill();
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        while (Directory.EnumerateFileSystemEntries(daemon.Root + "/executor/steps").Any())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Image_ThatIsNotThere_IsSaidWithTheLine()
    {
        var result = await daemon.BuildxAsync("build", "--progress", "plain", Context($"# syntax={daemon.Registry}/never-pushed:1\nanything\n"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"1 | >>> # syntax={daemon.Registry}/never-pushed:1", result.Error, StringComparison.Ordinal);
        Assert.Contains("not found", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OurFrontend_WithInputs_AsksAnotherFrontend()
    {
        var frontend = await FrontendImage.PushAsync(daemon, daemon.Registry + "/frontend:1");
        await using var client = await GatewayClient.StartAsync(daemon);
        var dockerfile = GatewayClient.File("Dockerfile", $"# syntax={frontend}\nFROM scratch\nCOPY --from=given given /\n");
        var request = new SolveRequest { Frontend = "gateway.v0", AllowResultReturn = true, AllowResultArrayRef = true };
        request.FrontendOpt.Add("source", frontend);
        request.FrontendOpt.Add("context:given", "input:given");
        request.FrontendInputs.Add("dockerfile", dockerfile);
        request.FrontendInputs.Add("context", dockerfile);
        request.FrontendInputs.Add("given", GatewayClient.File("given", "by an input"));

        var result = (await client.Calls.SolveAsync(request, client.Headers)).Result;
        var file = await client.Calls.ReadFileAsync(new ReadFileRequest { Ref = result.Ref.Id, FilePath = "/given" }, client.Headers);

        Assert.Equal("by an input", file.Data.ToStringUtf8());
        Assert.Contains("containerimage.config", result.Metadata.Keys);
        Assert.Equal(2, await client.CountStepsAsync("[internal] run frontend " + frontend));
    }

    [Fact]
    public async Task Solve_OfAFrontendThatIsNotThere_SaysWhy()
    {
        await using var client = await GatewayClient.StartAsync(daemon);
        var request = new SolveRequest { Frontend = "gateway.v0" };
        var nothing = await Assert.ThrowsAsync<RpcException>(async () => await client.Calls.SolveAsync(request, client.Headers));
        request.FrontendOpt.Add("gateway-devel", "true");
        var devel = await Assert.ThrowsAsync<RpcException>(async () => await client.Calls.SolveAsync(request, client.Headers));
        request.Frontend = "poem.v0";
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await client.Calls.SolveAsync(request, client.Headers));

        Assert.Equal(
            ["no source specified for gateway", "development gateway is no longer supported", "invalid frontend: poem.v0"],
            new[] { nothing, devel, unknown }.Select(error => error.Status.Detail));
    }

    [Fact]
    public async Task NestedBuild_IsOfTheGraphInAFile()
    {
        await using var client = await GatewayClient.StartAsync(daemon);
        var inner = GatewayClient.File("inner", "made of a graph");
        var outer = GatewayClient.Nested(GatewayClient.File("graph", inner.ToByteString()), "graph");
        var wrong = GatewayClient.Nested(GatewayClient.File("graph", "no graph"), "graph");

        var solved = await client.Calls.SolveAsync(new SolveRequest { Definition = outer, AllowResultReturn = true, AllowResultArrayRef = true }, client.Headers);
        var file = await client.Calls.ReadFileAsync(new ReadFileRequest { Ref = solved.Result.Ref.Id, FilePath = "inner" }, client.Headers);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.Calls.SolveAsync(new SolveRequest { Definition = wrong, Evaluate = true }, client.Headers));

        Assert.Equal("made of a graph", file.Data.ToStringUtf8());
        Assert.Contains("file \"graph\" is no LLB definition", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_SaysWhichFrontendsRun()
    {
        var frontend = await FrontendImage.PushAsync(daemon, daemon.Registry + "/docker/dockerfile:1");
        var directory = daemon.NewDirectory(
            ("cofferd.toml", $"[frontend.\"gateway.v0\"]\nallowedRepositories = [\"docker/dockerfile\"]\n[registry.\"docker.io\"]\nmirrors = [\"{daemon.Registry}\"]\n"), ("context/file", "content\n"));
        string[] there = ["--root", directory + "/root"];
        using var other = daemon.Start(isCoffer: true, ["daemon", "--config", directory + "/cofferd.toml", .. there]);
        try
        {
            while (!File.Exists(directory + "/root/run/cofferd.sock"))
            {
                Assert.False(other.HasExited);
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            var refused = await BuildAsync($"# syntax={frontend}\nFROM scratch\nCOPY file /\n");
            var answered = await BuildAsync("# syntax=docker/dockerfile:1\nFROM scratch\nCOPY file /one\n");
            var pulled = await BuildAsync("# syntax=docker/dockerfile:1\nFROM scratch\nCOPY file /two\n", "--build-arg", "COFFERDAM_SYNTAX_PULL=1");

            Assert.Equal((1, 0, 0), (refused.ExitCode, answered.ExitCode, pulled.ExitCode));
            Assert.Contains($"'{frontend}' is not an allowed gateway source", refused.All, StringComparison.Ordinal);
            Assert.DoesNotContain("run frontend", answered.All, StringComparison.Ordinal);
            Assert.Contains("[internal] run frontend docker/dockerfile:1", pulled.All, StringComparison.Ordinal);
        }
        finally
        {
            await daemon.CofferAsync(["daemon", "--stop", "--force", .. there]);
            await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        async Task<ProgramResult> BuildAsync(string dockerfile, params string[] flags)
        {
            await File.WriteAllTextAsync(directory + "/context/Dockerfile", dockerfile, TestContext.Current.CancellationToken);
            return await daemon.CofferAsync(["build", "--progress", "plain", .. there, .. flags, directory + "/context"]);
        }
    }

    private string Context(string dockerfile) => daemon.NewDirectory(("Dockerfile", dockerfile.Replace("BASE", daemon.Base, StringComparison.Ordinal)), ("file", "content\n"));

    private async Task<(SavedImage Image, string Shown)> BuildAsync(string dockerfile, string[] flags)
    {
        var output = daemon.NewDirectory();
        var result = await daemon.BuildAsync(["-t", "built", "--build-arg", "A=1", "--build-arg", "SOURCE_DATE_EPOCH=1", "-o", $"type=docker,dest={output}/image.tar", .. flags, Context(dockerfile)]);
        return (SavedImage.OfDocker(output + "/image.tar"), result.Error);
    }

    private void AssertNothingIsLeft()
    {
        Assert.Empty(Entries("executor/steps"));
        Assert.Empty(Entries("active"));
        Assert.Empty(Entries("run/frontends"));
    }

    private string[] Entries(string name) => Directory.Exists(Path.Combine(daemon.Root, name)) ? Directory.GetFileSystemEntries(Path.Combine(daemon.Root, name)) : [];
}
