using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

public sealed class FrontendErrorTests
{
    [Theory]
    [InlineData("FROM alpine AS first\nCOPY --from=late /a /\nFROM alpine AS late\n", "cannot copy from stage", 2)]
    [InlineData("FROM alpine AS a\nCOPY --from=b /x /\nFROM alpine AS b\nCOPY --from=a /y /\n", "circular dependency detected on stage", 4)]
    [InlineData("FROM alpine\nCOPY --from=5 /a /\n", "invalid stage index 5", 2)]
    [InlineData("FROM alpine\nCOPY --from=$x /a /\n", "variable expansion is not supported for --from", 2)]
    [InlineData("FROM $x\n", "base name ($x) should not be blank", 1)]
    [InlineData("FROM --platform=$x alpine\n", "empty platform value from expression $x", 1)]
    [InlineData("FROM --platform=a/b/c/d alpine\n", "failed to parse platform", 1)]
    [InlineData("FROM Alpine\n", "invalid reference format", 1)]
    [InlineData("FROM scratch AS Upper\nFROM Upper\n", "repository name (library/Upper) must be lowercase", 2)]
    [InlineData("FROM scratch AS first\nLABEL a=1\nFROM example.com/X:1 AS late\n", "repository name (X) must be lowercase", 3)]
    [InlineData("FROM alpne\n", "alpne: docker.io/library/alpne:latest: not found", 1)]
    [InlineData("FROM alpine\nCOPY a ${x:?needed}\n", "x: needed", 2)]
    [InlineData("FROM alpine\nRUN --mount=type=chache,target=/a x\n", "unsupported mount type", 2)]
    [InlineData("FROM alpine\nRUN --mount=target=/ x\n", "invalid mount target", 2)]
    [InlineData("FROM alpine\nRUN --mount=type=bind,target=/a,mode=1 x\n", "mode not allowed for \"bind\" type mounts", 2)]
    [InlineData("FROM alpine\nRUN --mount=type=secret,id=a,source=b x\n", "both source and id can't be set", 2)]
    [InlineData("FROM alpine\nRUN --mount=type=secret,env x\n", "must be a key=value pair", 2)]
    [InlineData("FROM alpine\nRUN --mount=type=tmpfs,target=/a,required x\n", "unexpected key 'required' for mount type 'tmpfs'", 2)]
    [InlineData("FROM alpine\nRUN []\n", "arguments are required", 2)]
    [InlineData("FROM alpine\nEXPOSE 80/tpc\n", "invalid proto: tpc", 2)]
    [InlineData("FROM alpine\nEXPOSE 90-80\n", "invalid containerPort: 90-80", 2)]
    [InlineData("FROM alpine\nSTOPSIGNAL SIGTREM\n", "invalid signal: SIGTREM", 2)]
    [InlineData("FROM alpine\nCOPY --chmod=999 a b\n", "invalid chmod parameter: '999'", 2)]
    [InlineData("FROM alpine\nCOPY https://example.com/x b\n", "source can't be a URL for COPY", 2)]
    [InlineData("FROM alpine\nADD --checksum=sha256:a x b\n", "checksum requires HTTP(S) or Git sources", 2)]
    [InlineData("FROM alpine\nADD https://example.com/r.git?x=1 b\n", "unexpected query \"x\"", 2)]
    [InlineData("# check=error=true\nFROM alpine as x\n", "lint violation found for rules: FromAsCasing", 0)]
    public async Task Solve_InvalidText_NamesLine(string dockerfile, string message, int line)
    {
        var error = await new FrontendScenario(dockerfile, ("target", dockerfile.Contains("late", StringComparison.Ordinal) ? "first" : string.Empty)).FailAsync();
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        if (line > 0)
        {
            Assert.Equal(line, error.Location!.Ranges[0].Start);
        }
    }

    [Fact]
    public async Task Solve_UnknownTarget_SuggestsNearMatch()
    {
        var error = await new FrontendScenario("FROM alpine AS build\n", ("target", "biuld")).FailAsync();
        Assert.Equal("target stage \"biuld\" could not be found", error.Message);
        Assert.Equal("did you mean build?", error.Hint);
    }

    [Fact]
    public async Task Solve_UnknownImage_SuggestsNearMatch() => Assert.Equal("did you mean alpine?", (await new FrontendScenario("FROM alpne\n").FailAsync()).Hint);

    [Fact]
    public async Task Convert_OfDockerfile_ShowsItsGraph()
    {
        var result = await new FrontendScenario("FROM alpine\nENV A=b\nRUN --network=none a\n", ("requestid", "frontend.convertllb")).SolveAsync();

        using var answer = System.Text.Json.JsonDocument.Parse(result.Metadata["result.json"]);
        var operations = answer.RootElement.GetProperty("def").EnumerateObject().Select(item => item.Value).ToList();
        var exec = operations.Single(operation => operation.TryGetProperty("exec", out _)).GetProperty("exec");
        Assert.Equal(["/bin/sh", "-c", "a"], exec.GetProperty("meta").GetProperty("args").EnumerateArray().Select(item => item.GetString()!));
        Assert.Equal("NONE", exec.GetProperty("network").GetString());
        Assert.Contains(operations, operation => operation.TryGetProperty("source", out var source) && source.GetProperty("identifier").GetString()!.StartsWith("docker-image://", StringComparison.Ordinal));
        Assert.Equal(operations.Count, answer.RootElement.GetProperty("metadata").EnumerateObject().Count());
        Assert.Equal("Dockerfile", answer.RootElement.GetProperty("source").GetProperty("infos")[0].GetProperty("filename").GetString());
        Assert.Equal("0.1.0"u8.ToArray(), result.Metadata["version"]);
    }

    [Theory]
    [InlineData("linux/amd46", "linux/amd64")]
    [InlineData("linxu/arm64", "linux/arm64")]
    [InlineData("amd46", "amd64")]
    [InlineData("linux/arm64", null)]
    [InlineData("linux/x86_64", null)]
    [InlineData("linux/arm/v8", null)]
    [InlineData("plan9/sparc", null)]
    public void Platform_Mistyped_HasANearOne(string text, string? near) => Assert.Equal(near, Cofferdam.Model.Platform.FindNear(text));

    [Theory]
    [InlineData("tpc", "tcp")]
    [InlineData("FORM", "from")]
    [InlineData("tcp", null)]
    [InlineData("upd", "udp")]
    [InlineData("sctpp", "sctp")]
    [InlineData("http2", null)]
    public void NearMatch_OfWord_IsTheNearest(string word, string? near) => Assert.Equal(near, Cofferdam.Model.NearMatch.Find(word, ["from", "tcp", "udp", "sctp"]));

    [Fact]
    public async Task Solve_NoDockerfile_SaysSo()
    {
        var error = await new FrontendScenario("FROM alpine\n", ("filename", "Other")).FailAsync();
        Assert.Equal("failed to read dockerfile: open Other: no such file or directory", error.Message);
        Assert.NotNull(error.Hint);
    }

    [Fact]
    public async Task Solve_LowerCaseName_IsFound()
    {
        var scenario = new FrontendScenario("x");
        scenario.Host.Files.Clear();
        scenario.Host.Files[("dockerfile", "dockerfile")] = "FROM scratch\n";
        Assert.Empty((await scenario.BuildAsync()).Definition.Def);
    }

    [Theory]
    [InlineData("platform", "a/b/c/d", "invalid platform")]
    [InlineData("image-resolve-mode", "x", "invalid image-resolve-mode")]
    [InlineData("force-network-mode", "x", "invalid netmode")]
    [InlineData("add-hosts", "x", "failed to parse additional hosts")]
    [InlineData("ulimit", "nofile=2:1", "failed to parse ulimit")]
    [InlineData("memory", "-1", "invalid memory value")]
    [InlineData("frontend.caps", "moby.buildkit.frontend.unknown", "unsupported frontend capability")]
    [InlineData("requestid", "frontend.unknown", "unsupported request")]
    [InlineData("build-arg:SOURCE_DATE_EPOCH", "yesterday", "invalid SOURCE_DATE_EPOCH: yesterday")]
    [InlineData("context", "ftp://x", "invalid context")]
    public async Task Solve_InvalidOption_IsRefused(string name, string value, string message) =>
        Assert.Contains(message, (await new FrontendScenario("FROM scratch\n", (name, value)).FailAsync()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("# syntax=docker/dockerfile:1\nFROM scratch\n")]
    [InlineData("# syntax = docker.io/docker/dockerfile:1.7-labs\nFROM scratch\n")]
    public async Task Solve_OwnSyntax_IsBuilt(string dockerfile) => Assert.Empty((await new FrontendScenario(dockerfile).BuildAsync()).Definition.Def);
}
