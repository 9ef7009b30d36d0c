using System.Text;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

public sealed class LoweringTests
{
    [Fact]
    public async Task Run_WithSecretAndCache_GivesExec() => Assert.Equal(
        """
        0: [1/2] FROM docker.io/library/alpine:latest@sha256:HASH
           source docker-image://docker.io/library/alpine:latest@…
        1: [2/2] RUN --mount=type=secret,id=token --mount=type=secret,id=key,env=KEY --mount=type=cache,target=c,id=x,sharing=locked --mount=type=ssh cat "$HOME" ****
           exec [/bin/sh|-c|cat "$HOME" $KEY] env [PATH=/bin|SSH_AUTH_SOCK=/run/buildkit/ssh_agent.0] cwd / user '' net Unset Sandbox
             Bind / from 0 out 0
             Cache /c from - out -1 id /x Locked
             Secret /run/secrets/token from - out 0 id token 0:0 400 optional
             Ssh /run/buildkit/ssh_agent.0 from - out 0 id '' 600 optional
             variable KEY=key optional
        """,
        await DumpAsync(
            "FROM alpine\nRUN --mount=type=secret,id=token --mount=type=secret,id=key,env=KEY --mount=type=cache,target=c,id=x,sharing=locked --mount=type=ssh cat \"$HOME\" $KEY\n"));

    [Fact]
    public async Task Copy_Several_AsksForJustTheirPaths() => Assert.Equal(
        """
        0: [1/4] FROM docker.io/library/alpine:latest@sha256:HASH
           source docker-image://docker.io/library/alpine:latest@…
        1: [2/4] WORKDIR /app
           Mkdir 0,-1->0 of [0] /app 755 parents owner me@0:
        2: [internal] load build context
           source local://context local.excludepatterns=["*.log"] local.followpaths=["a","b/c"] local.session=session local.sharedkeyhint=context
        3: [3/4] COPY --chown=me:1 --chmod=u=rwX --exclude=*.o a b/c ./
           Copy 0,1->-1 of [1,2] /a -> /app/ follow+contents+create+wildcard+empty mode u=rwX owner me@0:1 -*.o
           Copy 2,1->0 of [1,2] /b/c -> /app/ follow+contents+create+wildcard+empty mode u=rwX owner me@0:1 -*.o
        4: [4/4] ADD b/c /d
           Copy 0,1->0 of [3,2] /b/c -> /d follow+contents+unpack+create+wildcard+empty
        """,
        await DumpAsync("FROM alpine\nUSER me\nWORKDIR /app\nCOPY --chown=me:1 --chmod=u=rwX --exclude=*.o a b/c ./\nADD b/c /d\n", host => host.Files[("context", ".dockerignore")] = "*.log\n"));

    [Fact]
    public async Task Stages_NotNeeded_AreNotLookedUp()
    {
        var scenario = new FrontendScenario("FROM missing AS unused\nRUN x\nFROM alpine AS build\nRUN make\nFROM scratch\nCOPY --from=build /out /\n");
        Assert.Equal(
            """
            0: [build 1/2] FROM docker.io/library/alpine:latest@sha256:HASH
               source docker-image://docker.io/library/alpine:latest@…
            1: [build 2/2] RUN make
               exec [/bin/sh|-c|make] env [PATH=/bin] cwd / user '' net Unset Sandbox
                 Bind / from 0 out 0
            2: [stage-2 1/1] COPY --from=build /out /
               Copy -1,0->0 of [1] /out -> / follow+contents+create+wildcard+empty
            """,
            Mask(await scenario.DumpAsync()));
        Assert.Equal(["[internal] load metadata for docker.io/library/alpine:latest linux/amd64 default"], scenario.Host.Lookups);
    }

    [Fact]
    public async Task Sources_OfAllKinds_AreAdded() => Assert.Equal(
        """
        0: [1/1] ADD --checksum=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa https://example.com/a/f.tgz?x=1 /d/
           source https://example.com/a/f.tgz?x=1 http.checksum=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa http.filename=f.tgz
        1: [1/1] ADD --checksum=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa https://example.com/a/f.tgz?x=1 /d/
           Copy -1,0->0 of [0] /f.tgz -> /d/ create
        """,
        await DumpAsync("FROM scratch\nADD --checksum=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa https://example.com/a/f.tgz?x=1 /d/\n"));

    [Fact]
    public async Task Git_WithQuery_BecomesSource() => Assert.Contains(
        "source git://example.com/r.git#refs/tags/v1:dir git.authheadersecret=GIT_AUTH_HEADER git.authtokensecret=GIT_AUTH_TOKEN git.fullurl=https://example.com/r.git git.keepgitdir=true git.skipsubmodules=true\n",
        await DumpAsync("FROM scratch\nADD --keep-git-dir https://example.com/r.git?tag=v1&subdir=dir&submodules=false /d\n"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Heredocs_Content_IsExpandedUnlessQuoted()
    {
        var dump = await DumpAsync("FROM scratch\nARG A=1\nCOPY <<f <<-\"g\" /d/\n$A 'x'\nf\n\t$A\ng\n");
        Assert.Contains("/f 644 \"1 'x'\\n\"", dump, StringComparison.Ordinal);
        Assert.Contains("/g 644 \"$A\\n\"", dump, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RUN <<EOF\na $X\nb\nEOF\n", "exec [/bin/sh|-c|a $X\nb\n]")]
    [InlineData("RUN <<-EOF\n\ta\nEOF\n", "exec [/bin/sh|-c|a\n]")]
    [InlineData("RUN cat <<A - <<B\n1\nA\n2\nB\n", "exec [/bin/sh|-c|cat <<A - <<B\n1\nA\n2\nB]")]
    [InlineData("RUN <<EOF\n#!/bin/x\nEOF\n", "exec [/bin/sh|-c|/dev/pipes/EOF]")]
    [InlineData("RUN [\"a\", \"b c\"]\n", "exec [a|b c]")]
    [InlineData("SHELL [\"/bin/bash\", \"-ec\"]\nRUN a\n", "exec [/bin/bash|-ec|a]")]
    public async Task Run_Form_GivesArguments(string instructions, string expected) =>
        Assert.Contains(expected, await DumpAsync("FROM alpine\n" + instructions), StringComparison.Ordinal);

    [Fact]
    public async Task Mounts_OfAllKinds_AreSortedByTarget() => Assert.Contains(
        """
             Bind / from 0 out 0
             Tmpfs /a from - out -1 size 67108864
             Bind /b from 1/x out -1 ro
             Bind /c from 2 out -1
             Cache /d from 3/cache out -1 id ns//d Shared
        """,
        await DumpAsync(
            "FROM alpine\nRUN --mount=target=/c,from=busybox,rw --mount=target=/b,source=x --mount=type=tmpfs,target=/a,size=64m --mount=type=cache,target=/d,uid=5 true\n",
            host => host.Configs["docker.io/library/busybox:latest"] = host.Configs["docker.io/library/alpine:latest"],
            ("build-arg:BUILDKIT_CACHE_MOUNT_NS", "ns")),
        StringComparison.Ordinal);

    [Fact]
    public async Task Link_LaysLayerOverStage()
    {
        var dump = await DumpAsync("FROM alpine\nCOPY --link a /b\n");
        Assert.Contains("[2/2] COPY --link a /b\n   Copy -1,0->0", dump, StringComparison.Ordinal);
        Assert.EndsWith("[2/2] LINK COPY --link a /b\n   merge 0,2", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parents_KeepsWhatFollowsPivot() => Assert.Contains(
        "/a -> /d/ follow+contents+create+wildcard+empty +b/c !/a/b/c",
        await DumpAsync("FROM scratch\nCOPY --parents a/./b/c /d/\n"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Arguments_Scope_IsTheStage()
    {
        var dump = await DumpAsync(
            "ARG G=global\nARG H=unused\nFROM alpine AS a\nARG G\nARG D=$G-d\nARG B=default\nENV E=$B\nARG TARGETARCH\nRUN one\nFROM a\nRUN two $H\n",
            null,
            ("build-arg:B", "given"),
            ("build-arg:http_proxy", "p"));
        Assert.Contains("[/bin/sh|-c|one] env [PATH=/bin|G=global|D=global-d|B=given|E=given|TARGETARCH=amd64]", dump, StringComparison.Ordinal);
        Assert.Contains("[/bin/sh|-c|two $H] env [PATH=/bin|G=global|D=global-d|B=given|E=given|TARGETARCH=amd64]", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnBuild_OfBaseImageAndStage_RunsFirst()
    {
        var scenario = new FrontendScenario("FROM trigger AS a\nONBUILD COPY --from=b /x /y\nFROM alpine AS b\nFROM a\nRUN own\n");
        scenario.Host.Configs["docker.io/library/trigger:latest"] = """{"architecture":"amd64","os":"linux","config":{"OnBuild":["RUN first"]},"rootfs":{"type":"layers","diff_ids":["sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}}""";
        var image = await scenario.BuildAsync();
        var dump = LlbText.Dump(image.Definition);
        Assert.Contains("[a 2/2] ONBUILD RUN first", dump, StringComparison.Ordinal);
        Assert.Contains("[stage-2 1/2] ONBUILD COPY --from=b /x /y", dump, StringComparison.Ordinal);
        Assert.Contains("[stage-2 2/2] RUN own", dump, StringComparison.Ordinal);
        Assert.Null(image.Config.Config.OnBuild);
    }

    [Fact]
    public async Task History_IsWordedAsBuildKitDoes() => Assert.Equal(
        [
            "ARG A=1 (empty)",
            "ENV B=x y C=2 (empty)",
            "LABEL l=1 (empty)",
            "WORKDIR /w",
            "RUN |1 A=1 /bin/sh -c echo $A # buildkit",
            "COPY --chown=1 --chmod=644 a <<f /d # buildkit",
            "USER u (empty)",
            "EXPOSE [443/tcp 80/tcp 81/tcp 82/tcp] (empty)",
            "VOLUME [/a /b] (empty)",
            "STOPSIGNAL SIGTERM (empty)",
            "HEALTHCHECK {Test:[CMD-SHELL x y] Interval:1m30s Timeout:0s StartPeriod:0s StartInterval:0s Retries:3} (empty)",
            "SHELL [/bin/bash -c] (empty)",
            "CMD [\"/bin/bash\" \"-c\" \"a \\\"b\\\"\"] (empty)",
            "ENTRYPOINT [\"e\" \"f\"] (empty)",
            "MAINTAINER me (empty)",
        ],
        await new FrontendScenario(
            """
            FROM alpine
            ARG A=1
            ENV B="x y" C=2
            LABEL l=1
            WORKDIR w
            RUN --network=none echo $A
            COPY --link --chown=1 --chmod=644 a <<f /d
            f
            USER u
            EXPOSE 80-82 443
            VOLUME ["/a", "/b"]
            STOPSIGNAL SIGTERM
            HEALTHCHECK --interval=90s --retries=3 CMD x y
            SHELL ["/bin/bash", "-c"]
            CMD a "b"
            ENTRYPOINT ["e", "f"]
            MAINTAINER me
            """).HistoryAsync());

    [Fact]
    public async Task Config_HoldsAllThatWasSet()
    {
        var image = await new FrontendScenario("FROM alpine\nENTRYPOINT [\"e\"]\nENV PATH=/x:$PATH\nEXPOSE 80/udp\nLABEL b=1 a=2\n", ("label:c", "3")).BuildAsync();
        var json = Encoding.UTF8.GetString(ImageJson.Write(image.Config));
        Assert.Contains("""{"ExposedPorts":{"80/udp":{}},"Env":["PATH=/x:/bin"],"Entrypoint":["e"],"Labels":{"a":"2","b":"1","c":"3"}}""", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_OfScratch_HasPathAndDirectory()
    {
        var image = await new FrontendScenario("FROM scratch\nCMD [\"x\"]\n").BuildAsync();
        Assert.Empty(image.Definition.Def);
        Assert.Null(image.BaseConfig);
        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], image.Config.Config.Env);
        Assert.Equal("/", image.Config.Config.WorkingDir);
        Assert.True(image.Config.Config.ArgsEscaped);
        Assert.Equal("amd64", image.Config.Architecture);
    }

    [Fact]
    public async Task Platforms_Several_GiveAnImageEach()
    {
        var scenario = new FrontendScenario("FROM --platform=$BUILDPLATFORM alpine AS b\nARG TARGETPLATFORM\nRUN x\nFROM alpine\nCOPY --from=b /a /\n", ("platform", "linux/amd64,linux/arm64"));
        var result = await scenario.SolveAsync();
        Assert.True(result.IsMultiPlatform);
        Assert.Equal(["linux/amd64", "linux/arm64"], result.Images.Select(image => image.Platform.ToString()));
        Assert.Contains("[linux/amd64->arm64 b 2/2] RUN x", LlbText.Dump(result.Images[1].Definition), StringComparison.Ordinal);
        Assert.Contains("[linux/arm64 internal] load metadata for docker.io/library/alpine:latest linux/arm64 default", scenario.Host.Lookups);
        Assert.Equal("arm64", result.Images[1].Config.Architecture);
    }

    [Fact]
    public async Task Options_OfSteps_ReachTheExec()
    {
        var definition = (await new FrontendScenario(
            "FROM alpine\nRUN x\n",
            ("add-hosts", "Db=10.0.0.1"),
            ("hostname", "h"),
            ("cgroup-parent", "cg"),
            ("shm-size", "1024"),
            ("ulimit", "nofile=1:2"),
            ("force-network-mode", "host"),
            ("memory", "1000"),
            ("no-cache", string.Empty),
            ("image-resolve-mode", "pull")).BuildAsync()).Definition;
        var dump = LlbText.Dump(definition);
        Assert.Contains("image.resolvemode=pull", dump, StringComparison.Ordinal);
        Assert.Contains("net Host", dump, StringComparison.Ordinal);
        Assert.Contains("Tmpfs /dev/shm from - out -1 size 1024", dump, StringComparison.Ordinal);
        Assert.Contains("RUN x (no cache)", dump, StringComparison.Ordinal);
        var operation = DefinitionReader.Read(definition).Operations[^1];
        var meta = operation.Op.Exec.Meta;
        Assert.Equal(("db", "10.0.0.1", "h", "cg", 1L, 2L), (meta.ExtraHosts[0].Host, meta.ExtraHosts[0].IP, meta.Hostname, meta.CgroupParent, meta.Ulimit[0].Soft, meta.Ulimit[0].Hard));
        Assert.Equal(1000, operation.Metadata!.LinuxResources.Memory);
    }

    [Fact]
    public async Task NamedContexts_TakeThePlaceOfImagesAndStages()
    {
        var scenario = new FrontendScenario(
            "FROM base AS a\nFROM b AS build\nFROM a\nCOPY --from=files x /x\nCOPY --from=build y /y\n",
            ("context:base", "docker-image://alpine"),
            ("context:files", "local:files"),
            ("context:build", "https://example.com/r.git#main"));
        scenario.Host.Files[("files", ".dockerignore")] = "z";
        var dump = await scenario.DumpAsync();
        Assert.Contains("[context base] docker.io/library/alpine:latest\n", dump, StringComparison.Ordinal);
        Assert.Contains("""source local://files local.excludepatterns=["z"] local.followpaths=["x"] local.session=session local.sharedkeyhint=context:files-""", dump, StringComparison.Ordinal);
        Assert.Contains("source git://example.com/r.git#main", dump, StringComparison.Ordinal);
        Assert.Contains("[context base] load metadata for docker.io/library/alpine:latest linux/amd64 default", scenario.Host.Lookups);
    }

    [Fact]
    public async Task Definition_OfTheSameText_IsTheSame()
    {
        var first = (await new FrontendScenario("FROM alpine\nCOPY a b\nRUN c\n").BuildAsync()).Definition;
        var second = (await new FrontendScenario("FROM alpine\nCOPY a b\nRUN c\n").BuildAsync()).Definition;
        Assert.Equal(first, second);
        Assert.Equal(3, Assert.Single(first.Source.Locations[DefinitionReader.Read(first).Operations[^1].Digest.ToString()].Locations_).Ranges[0].Start.Line);
    }

    [Fact]
    public async Task Reads_NameTheFilesThatAreNeeded()
    {
        var scenario = new FrontendScenario("FROM scratch\nCOPY a /\n");
        await scenario.BuildAsync();
        Assert.Equal(
            [
                """local://dockerfile Dockerfile local.differ=none local.followpaths=["Dockerfile","Dockerfile.dockerignore","dockerfile"] local.session=session local.sharedkeyhint=dockerfile""",
                """local://dockerfile Dockerfile.dockerignore local.differ=none local.followpaths=["Dockerfile","Dockerfile.dockerignore","dockerfile"] local.session=session local.sharedkeyhint=dockerfile""",
                """local://context .dockerignore local.differ=none local.followpaths=[".dockerignore"] local.session=session local.sharedkeyhint=context-.dockerignore""",
            ],
            scenario.Host.Reads);
    }

    [Fact]
    public async Task IgnoreFile_BesideDockerfile_IsTaken()
    {
        var scenario = new FrontendScenario("FROM scratch\nCOPY a /\n") { SessionId = string.Empty };
        scenario.Host.Files[("dockerfile", "Dockerfile.dockerignore")] = "own";
        scenario.Host.Files[("context", ".dockerignore")] = "other";
        Assert.Contains("""source local://context local.excludepatterns=["own"] local.followpaths=["a"] local.sharedkeyhint=context""", await scenario.DumpAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> DumpAsync(string dockerfile, Action<FakeFrontendHost>? prepare = null, params (string Name, string Value)[] options)
    {
        var scenario = new FrontendScenario(dockerfile, options);
        prepare?.Invoke(scenario.Host);
        return Mask(await scenario.DumpAsync());
    }

    private static string Mask(string dump) => System.Text.RegularExpressions.Regex.Replace(dump, "(alpine:latest@sha256:)[0-9a-f]+", "$1HASH");
}
