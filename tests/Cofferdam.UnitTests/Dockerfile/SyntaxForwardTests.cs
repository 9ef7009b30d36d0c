using System.Collections.Immutable;
using System.Text;
using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Xunit;
using Platform = Cofferdam.Model.Platform;

namespace Cofferdam.UnitTests.Dockerfile;

public sealed class SyntaxForwardTests
{
    [Theory]
    [InlineData("# syntax=example.com/other:1 with words\nFROM alpine\n", "example.com/other:1", "example.com/other:1 with words", 1)]
    [InlineData("#SYNTAX = example.com/other\nany language\n", "example.com/other", "example.com/other", 1)]
    [InlineData("#!/usr/bin/env other\n# syntax=example.com/other\nfrom: alpine\n", "example.com/other", "example.com/other", 2)]
    [InlineData("#!/usr/bin/env other\r\n// syntax = example.com/other\r\nfrom: alpine\r\n", "example.com/other", "example.com/other", 2)]
    [InlineData("// syntax=example.com/other\nlet x = 1;\n", "example.com/other", "example.com/other", 1)]
    [InlineData("{ \"syntax\": \"example.com/other\", \"from\": \"alpine\" }", "example.com/other", "example.com/other", 1)]
    [InlineData("\n# syntax=example.com/other\nFROM alpine\n", null, null, 0)]
    [InlineData("FROM alpine\n# syntax=example.com/other\n", null, null, 0)]
    [InlineData("# syntax=docker/dockerfile:1\nFROM alpine\n", null, null, 0)]
    [InlineData("# syntax=docker.io/docker/dockerfile-upstream:master-labs\nFROM alpine\n", null, null, 0)]
    [InlineData("# syntax=index.docker.io/docker/dockerfile:1.7-labs@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nFROM alpine\n", null, null, 0)]
    [InlineData("# syntax=dockerfile.v0\nFROM alpine\n", null, null, 0)]
    [InlineData("# syntax=example.com/docker/dockerfile:1\nFROM alpine\n", "example.com/docker/dockerfile:1", "example.com/docker/dockerfile:1", 1)]
    public async Task Text_NamesTheFrontend(string text, string? source, string? commandLine, int line)
    {
        var result = await new FrontendScenario(text).SolveAsync();

        Assert.Equal((source, commandLine, null), (result.Forward?.Source, result.Forward?.CommandLine, result.Forward?.Argument));
        Assert.Equal(line, result.Forward?.Location!.Ranges[0].Start ?? 0);
        Assert.Equal(source is null, result.Images.Length == 1);
    }

    [Fact]
    public async Task Argument_ComesBeforeTheText()
    {
        var result = await new FrontendScenario("# syntax=example.com/other\nFROM alpine\n", ("build-arg:BUILDKIT_SYNTAX", " example.com/third x ")).SolveAsync();
        Assert.Equal(("example.com/third", " example.com/third x ", "BUILDKIT_SYNTAX"), (result.Forward!.Source, result.Forward.CommandLine, result.Forward.Argument));
    }

    [Fact]
    public async Task CommandLine_SaysThatThisIsTheFrontendAskedFor() =>
        Assert.Single((await new FrontendScenario("# syntax=example.com/other\nFROM alpine\n", ("cmdline", "example.com/other")).SolveAsync()).Images);

    [Theory]
    [InlineData("docker/dockerfile:1", false, true)]
    [InlineData("docker/dockerfile:1", true, false)]
    [InlineData("dockerfile.v0", true, true)]
    [InlineData("docker/dockerfile:1", false, false, "build-arg:COFFERDAM_SYNTAX_PULL", "1")]
    [InlineData("docker/dockerfile:1", true, true, "build-arg:COFFERDAM_SYNTAX_PULL", "false")]
    [InlineData("docker/dockerfile:1", false, false, "context:docker/dockerfile:1", "docker-image://mine")]
    [InlineData("docker/dockerfile", false, false, "context:docker/dockerfile::linux/amd64", "docker-image://mine")]
    [InlineData("dockerfile.v0", false, false, "context:dockerfile.v0", "docker-image://mine")]
    [InlineData("docker/dockerfile:1", false, true, "context:docker/dockerfile:2", "docker-image://mine")]
    public void Source_IsBuiltIn_UnlessToldOtherwise(string source, bool pulls, bool expected, string? option = null, string value = "")
    {
        var options = ImmutableDictionary<string, string>.Empty;
        var request = new FrontendRequest { Options = option is null ? options : options.Add(option, value), WorkerPlatforms = [], PullsDockerfile = pulls };
        Assert.Equal(expected, FrontendSource.IsBuiltIn(source, request));
    }

    [Fact]
    public async Task Program_OfAContext_IsThatImage()
    {
        var host = new FakeFrontendHost();
        var request = new FrontendRequest
        {
            Options = ImmutableDictionary<string, string>.Empty.Add("context:mine", "docker-image://alpine").Add("context", "not for us"),
            WorkerPlatforms = [Platform.Parse("linux/amd64")],
        };

        var program = await FrontendSource.FindAsync("mine", request, host, TestContext.Current.CancellationToken);

        Assert.Equal("[context mine] load metadata for docker.io/library/alpine:latest linux/amd64 default", Assert.Single(host.Lookups));
        Assert.Contains("[context mine] docker.io/library/alpine:latest", LlbText.Dump(program.Definition), StringComparison.Ordinal);
        Assert.NotNull(program.Config);
    }

    [Fact]
    public async Task Capability_ThatAnotherFrontendMayHave_IsNoErrorBeforeIt()
    {
        (string, string) caps = ("frontend.caps", "moby.buildkit.frontend.inputs,new.capability+forward");

        Assert.NotNull((await new FrontendScenario("# syntax=example.com/other\nFROM alpine\n", caps).SolveAsync()).Forward);
        Assert.Equal("new.capability", Assert.IsType<FrontendCapabilityException>(await new FrontendScenario("FROM alpine\n", caps).FailAsync()).Name);
        Assert.IsType<FrontendCapabilityException>(await new FrontendScenario("# syntax=example.com/other\nFROM alpine\n", ("frontend.caps", "new.capability")).FailAsync());
    }

    [Theory]
    [InlineData("frontend.subrequests.describe")]
    [InlineData("frontend.convertllb")]
    [InlineData("frontend.outline")]
    public async Task Subrequest_IsForwarded(string name) =>
        Assert.Equal("example.com/other", (await new FrontendScenario("# syntax=example.com/other\nwhatever\n", ("requestid", name)).SolveAsync()).Forward?.Source);

    [Fact]
    public async Task Subrequest_Unknown_IsNamed()
    {
        var error = Assert.IsType<SubrequestException>(await new FrontendScenario("FROM alpine\n", ("requestid", "frontend.poem")).FailAsync());
        Assert.Equal(("frontend.poem", "unsupported request frontend.poem"), (error.Name, error.Message));
    }

    [Fact]
    public async Task Describe_AnswersForAnOwnDockerfile() =>
        Assert.Contains("frontend.targets", Encoding.UTF8.GetString((await new FrontendScenario("FROM alpine\n", ("requestid", "frontend.subrequests.describe")).SolveAsync()).Metadata["result.json"]), StringComparison.Ordinal);
}
