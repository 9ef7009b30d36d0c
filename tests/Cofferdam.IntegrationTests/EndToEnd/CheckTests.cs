using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Checks and fixes with the real docker buildx, and a Docker Engine to compare with.</summary>
[Collection(DaemonGroup.Name)]
public sealed class CheckTests(DaemonFixture daemon, EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Dockerfile = """
        # check=experimental=all
        # TAG is it
        ARG TAG=1
        FROM scratch AS base
        MAINTAINER me
        ENV a b
        ENV X=$UNDEF
        LABEL l m
        COPY ignored.txt /
        ADD ignored.txt other /
        WORKDIR rel
        CMD echo a
        cmd echo b
        EXPOSE 80/TCP
        EXPOSE 127.0.0.1:80:80
        # wrong comment
        FROM --platform=linux/amd64 scratch AS Base
        ARG API_TOKEN
        ENTRYPOINT x
        FROM scratch as context
        FROM --platform=$TARGETPLATFORM scratch AS last
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_SaysWhatDockerEngineSays()
    {
        var context = daemon.NewDirectory(("Dockerfile", Dockerfile), (".dockerignore", "ignored.txt\n"));

        var ours = JsonNode.Parse((await daemon.BuildxAsync("build", "--call", "check,format=json", context)).Output)!;
        var theirs = JsonNode.Parse((await engine.BuildxAsync("build", "--builder", "default", "--call", "check,format=json,ignorestatus=true", context)).Output)!;

        Assert.Equal(theirs["warnings"]!.ToJsonString(), ours["warnings"]!.ToJsonString());
        Assert.True(ours["warnings"]!.AsArray().Count > 15);
    }

    [Theory]
    [InlineData("outline")]
    [InlineData("outline,format=json")]
    [InlineData("targets")]
    [InlineData("targets,format=json")]
    [InlineData("subrequests.describe")]
    public async Task Call_PrintsWhatDockerEngineDoes(string call)
    {
        var context = daemon.NewDirectory(("Dockerfile", """
            # BASE is the base
            ARG BASE=scratch
            # build compiles
            FROM scratch AS build
            # WHO is greeted
            ARG WHO=world
            RUN --mount=type=secret,id=one,required --mount=type=ssh x $WHO
            FROM ${BASE} AS last
            COPY --from=build /a /b
            """));

        var theirs = await engine.BuildxAsync("build", "--builder", "default", "--call", call, context);

        Assert.Equal(theirs.Output, (await daemon.BuildxAsync("build", "--call", call, context)).Output);
        Assert.Equal(theirs.Output, await daemon.MustCofferAsync("build", "--call", call, context));
    }

    [Fact]
    public async Task Check_OwnRules_AreShownByBuildxWithoutFetchingTheContext()
    {
        var context = daemon.NewDirectory(
            ("Dockerfile", "FROM scratch\nCOPY . /\n"), (".npmrc", "//r/:_authToken=0a1b2c3d\n"), (".git/HEAD", "ref: refs/heads/main\n"), ("large", new string('x', 1 << 20)), ("deep/down/.npmrc", "//r/:_authToken=0a1b2c3d\n"));

        var check = await daemon.BuildxAsync("build", "--progress", "plain", "--check", context);

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("WARNING: CredentialFileInContext - docs/checks/credential-file-in-context.md\nCOPY \".\" takes credential file \".npmrc\" along\n", check.Output, StringComparison.Ordinal);
        Assert.Contains("WARNING: GitDirectoryInContext", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("deep/down", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("1.05MB", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fix_Result_BuildsAndHasNoCredentials()
    {
        var context = daemon.NewDirectory(("Dockerfile", $"""
            from {daemon.Base} as Build
            WORKDIR /app
            ARG API_TOKEN
            COPY .netrc /root/.netrc
            RUN chmod 600 /root/.netrc && \
                test "$(wc -c < /root/.netrc)" -gt 10 && echo "of ${"{"}#API_TOKEN{"}"}" > length && \
                rm /root/.netrc
            ENV GREETING hello world
            RUN rm -f ~/.netrc
            CMD ["cat", "/app/length"]
            """), (".netrc", "machine feed login bob password hunter22\n"));

        var shown = await daemon.MustCofferAsync("fix", context);
        var written = await daemon.CofferAsync("fix", "--write", context);
        var again = await daemon.CofferAsync("fix", context);
        var built = await daemon.CofferAsync("build", "--progress", "plain", "-t", "fixed", "--secret", $"id=netrc,src={context}/.netrc", "--secret", $"id=api_token,src={context}/.netrc", context);

        Assert.Contains("+RUN --mount=type=secret,id=api_token,env=API_TOKEN --mount=type=secret,id=netrc,target=/root/.netrc test", shown, StringComparison.Ordinal);
        Assert.Contains($"--secret id=netrc,src={Path.GetFileName(context)}/.netrc --secret id=api_token,env=API_TOKEN", written.Error, StringComparison.Ordinal);
        Assert.Equal("Nothing to fix.\n", again.Error);
        Assert.True(built.ExitCode == 0, built.All + await File.ReadAllTextAsync(context + "/Dockerfile", Token));
        Assert.Matches("^of 4[01]\n$", await daemon.MustCofferAsync("run", "fixed"));
        Assert.Equal("hello world\n", await daemon.MustCofferAsync("run", "fixed", "sh", "-c", "echo $GREETING; test ! -s /root/.netrc"));
    }
}
