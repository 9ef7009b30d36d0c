using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>What the real docker buildx can do besides a plain build, against our daemon.</summary>
[Collection(DaemonGroup.Name)]
public sealed class BuildxCommandTests(DaemonFixture daemon)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inspect_ShowsARunningBuilder()
    {
        var inspected = await daemon.BuildxAsync("inspect", "--bootstrap");

        Assert.True(inspected.ExitCode == 0, inspected.All);
        Assert.Matches(@"(?m)^Status: +running$", inspected.Output);
        Assert.Matches(@"(?m)^Platforms: +linux/", inspected.Output);
    }

    [Fact]
    public async Task DuAndPrune_ShowAndRemoveTheCache()
    {
        await daemon.BuildAsync(daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nRUN echo kept > /kept\n")));
        var before = await daemon.BuildxAsync("du", "--verbose");
        var spared = await daemon.BuildxAsync("prune", "-f", "--filter", "until=24h");
        var pruned = await daemon.BuildxAsync("prune", "-a", "-f");
        var after = await daemon.BuildxAsync("du");

        Assert.Matches(@"(?m)^Type: +source\.local$", before.Output);
        Assert.Matches(@"(?m)^Total:\s+0B$", spared.Output);
        var gone = pruned.Output.Split('\n').Select(line => line.Split(' ', '\t', '*')[0]).Where(word => word.Length > 0 && word is not ("ID" or "Total:")).ToList();
        Assert.NotEmpty(gone);
        Assert.All(gone, id => Assert.Contains(id, before.Output, StringComparison.Ordinal));
        Assert.All(gone, id => Assert.DoesNotContain(id, after.Output, StringComparison.Ordinal)); // What images need stays.
    }

    [Fact]
    public async Task Calls_AnswerWithoutBuilding()
    {
        var context = daemon.NewDirectory(("Dockerfile", $"""
            # greeter greets
            FROM {daemon.Base} AS greeter
            # WHO is greeted
            ARG WHO=world
            RUN --mount=type=secret,id=token,required false
            FROM greeter as last
            """));

        var check = await daemon.BuildxAsync("build", "--check", context);
        var outline = await daemon.BuildxAsync("build", "--call", "outline", context);
        var targets = await daemon.BuildxAsync("build", "--call", "targets,format=json", context);

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("WARNING: FromAsCasing - https://docs.docker.com/go/dockerfile/rule/from-as-casing/", check.Output, StringComparison.Ordinal);
        Assert.Contains(">>> FROM greeter as last", check.Output, StringComparison.Ordinal);
        Assert.Equal(0, outline.ExitCode);
        Assert.Matches(@"(?m)^WHO +world +is greeted", outline.Output);
        Assert.Matches(@"(?m)^token +true", outline.Output);
        Assert.Equal(["greeter", "last"], JsonNode.Parse(targets.Output)!["targets"]!.AsArray().Select(target => (string)target!["name"]!));
    }

    [Fact]
    public async Task Progress_RawJson_EndsEveryStepItBegan()
    {
        var result = await daemon.BuildxAsync("build", "--progress", "rawjson", daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base} as lower\nRUN echo said\n")));

        Assert.Equal(0, result.ExitCode);
        var lines = result.Error.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var steps = lines.SelectMany(line => line.TryGetProperty("vertexes", out var vertexes) ? vertexes.EnumerateArray().ToList() : []).ToLookup(step => step.GetProperty("digest").GetString());
        Assert.True(steps.Count > 3);
        Assert.All(steps, step => Assert.Contains(step, state => state.TryGetProperty("completed", out _)));
        var warning = Assert.Single(lines.SelectMany(line => line.TryGetProperty("warnings", out var warnings) ? warnings.EnumerateArray().ToList() : []));
        Assert.Contains(steps[warning.GetProperty("vertex").GetString()], step => step.GetProperty("name").GetString() == "[internal] load build definition from Dockerfile");
        Assert.Contains(lines, line => line.TryGetProperty("logs", out var logs) && logs[0].GetProperty("data").GetBytesFromBase64().AsSpan().SequenceEqual("said\n"u8));
    }

    [Fact]
    public async Task Bake_TargetAsContext_BuildsBoth()
    {
        var directory = daemon.NewDirectory(
            ("one/Dockerfile", "FROM scratch\nCOPY a /a\n"),
            ("one/a", "of one"),
            ("bake.json", """
                { "group": { "default": { "targets": ["one", "two"] } },
                  "target": {
                    "one": { "context": "DIR/one", "output": ["type=local,dest=DIR/out1"] },
                    "two": { "context": "DIR/one", "contexts": { "base": "target:one" }, "dockerfile-inline": "FROM base\nCOPY a /b\n", "output": ["type=local,dest=DIR/out2"] } } }
                """));
        var file = Path.Combine(directory, "bake.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Token)).Replace("DIR", directory, StringComparison.Ordinal), Token);

        var baked = await daemon.BuildxAsync("bake", "-f", file, "--progress", "plain", "--allow", "fs=" + directory);

        Assert.True(baked.ExitCode == 0, baked.All);
        Assert.Equal(["a"], Names(directory + "/out1"));
        Assert.Equal(["a", "b"], Names(directory + "/out2"));
    }

    [Fact]
    public async Task NamedContexts_DirectoryImageAndLayout_AreRead()
    {
        var directory = daemon.NewDirectory(("other/b", "of the directory"));
        var copied = await daemon.RunAsync("skopeo", "copy", "-q", "--src-tls-verify=false", "docker://" + daemon.Base, $"oci:{directory}/layout:v1");
        Assert.True(copied.ExitCode == 0, copied.All);
        var context = daemon.NewDirectory(("Dockerfile", "FROM thing AS one\nRUN id -u > /id\nFROM scratch\nCOPY --from=one /id /\nCOPY --from=dir b /\nCOPY --from=image /etc/passwd /\n"));

        await daemon.BuildAsync(
            "--build-context", $"thing=oci-layout://{directory}/layout:v1", "--build-context", $"dir={directory}/other", "--build-context", "image=docker-image://" + daemon.Base,
            "-o", directory + "/out", context);

        Assert.Equal(["b", "id", "passwd"], Names(directory + "/out"));
        Assert.Equal("0\n", await File.ReadAllTextAsync(directory + "/out/id", Token));
    }

    [Fact]
    public async Task Dockerfile_FromElsewhere_IsUsed()
    {
        var directory = daemon.NewDirectory(("context/a", "a"), ("files/my.dockerfile", "FROM scratch\nCOPY a /outside\n"));
        await daemon.BuildAsync("-f", directory + "/files/my.dockerfile", "-o", directory + "/out1", directory + "/context");

        var second = await daemon.BuildxAsync(Text("FROM scratch\nCOPY a /stdin\n"), "build", "-f", "-", "-o", directory + "/out2", directory + "/context");
        Assert.True(second.ExitCode == 0, second.All);

        File.Copy(directory + "/files/my.dockerfile", directory + "/context/Dockerfile");
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            await writer.WriteEntryAsync(directory + "/context/Dockerfile", "Dockerfile", Token); // buildx looks at the first 512 bytes only: no PAX header may come first
            await writer.WriteEntryAsync(directory + "/context/a", "a", Token);
        }

        tar.Position = 0;
        var third = await daemon.BuildxAsync(tar, "build", "-o", directory + "/out3", "-");
        Assert.True(third.ExitCode == 0, third.All);

        Assert.Equal(["outside"], Names(directory + "/out1"));
        Assert.Equal(["stdin"], Names(directory + "/out2"));
        Assert.Equal(["outside"], Names(directory + "/out3"));
    }

    [Fact]
    public async Task HardLinksAndPipes_OfTheContext_ArriveAsSuch()
    {
        var directory = daemon.NewDirectory(("context/Dockerfile", "FROM scratch\nCOPY files /files\n"), ("context/files/a", "linked"));
        Assert.Equal(0, (await daemon.RunAsync("ln", directory + "/context/files/a", directory + "/context/files/b")).ExitCode);
        Assert.Equal(0, (await daemon.RunAsync("mkfifo", directory + "/context/files/pipe")).ExitCode);

        await daemon.BuildAsync("-t", "links", "-o", $"type=oci,dest={directory}/links.tar", directory + "/context");

        var entries = SavedImage.OfOci(directory + "/links.tar").Describe().ToList();
        Assert.Contains(entries, entry => entry.StartsWith("0 HardLink files/b 644 0:0 files/a", StringComparison.Ordinal));
        Assert.Contains(entries, entry => entry.StartsWith("0 Fifo files/pipe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Entitlements_NotAllowed_StopTheBuild()
    {
        var host = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nRUN --network=host true\n"));
        var insecure = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nRUN --security=insecure true\n"));

        var refused = await daemon.BuildxAsync("build", host);
        await daemon.BuildAsync("--allow", "network.host", host);
        var denied = await daemon.BuildxAsync("build", "--allow", "security.insecure", insecure);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("failed to solve: network.host is not allowed", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, denied.ExitCode);
        Assert.Contains("security.insecure is not allowed by build daemon configuration", denied.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ssh_AgentOfTheClient_AnswersInTheStep()
    {
        // ssh-add with what it is linked with, since the base has none.
        var directory = daemon.NewDirectory(("Dockerfile", $"""
            FROM {daemon.Base} AS run
            RUN --mount=type=ssh --mount=type=bind,target=/host /host/lib/loader --library-path /host/lib /host/ssh-add -l > /keys
            FROM scratch
            COPY --from=run /keys /
            """));
        var which = (await daemon.RunAsync("sh", "-c", "command -v ssh-add")).Output.Trim();
        Directory.CreateDirectory(directory + "/lib");
        File.Copy(which, directory + "/ssh-add");
        foreach (var line in (await daemon.RunAsync("ldd", which)).Output.Split('\n'))
        {
            if (line.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => word.StartsWith('/')) is { } library)
            {
                File.Copy(library, Path.Combine(directory, "lib", Path.GetFileName(library).StartsWith("ld-", StringComparison.Ordinal) ? "loader" : Path.GetFileName(library)));
            }
        }

        var socket = Path.Combine(daemon.NewDirectory(), "agent");
        using var agent = Programs.Start("ssh-agent", new Dictionary<string, string>(), "/", "-D", "-a", socket);
        try
        {
            await agent.StandardOutput.ReadLineAsync(Token); // It listens once it has said where.
            var key = Path.Combine(daemon.NewDirectory(), "key");
            Assert.Equal(0, (await daemon.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", key)).ExitCode);
            Assert.Equal(0, (await daemon.RunAsync("env", "SSH_AUTH_SOCK=" + socket, "ssh-add", "-q", key)).ExitCode);

            await daemon.BuildAsync("--ssh", "default=" + socket, "-o", directory + "/out", directory);

            Assert.Equal((await daemon.RunAsync("ssh-keygen", "-lf", key + ".pub")).Output, await File.ReadAllTextAsync(directory + "/out/keys", Token));
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync(Token);
        }
    }

    private static string[] Names(string directory) => [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static MemoryStream Text(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task SharedStage_OnTheBuildPlatform_RunsOnceForAllPlatforms()
    {
        var directory = daemon.NewDirectory(("Dockerfile", $"""
            FROM --platform=$BUILDPLATFORM {daemon.Base} AS build
            RUN echo built once; echo built > /built
            FROM scratch
            ARG TARGETARCH
            LABEL arch=$TARGETARCH
            COPY --from=build /built /
            """));

        var result = await daemon.BuildAsync("--platform", "linux/amd64,linux/arm64,linux/s390x", "-o", $"type=oci,dest={directory}/out.tar", directory);

        Assert.Single(result.Error.Split('\n'), line => line.EndsWith(" built once", StringComparison.Ordinal));
        Assert.Contains("[linux/amd64 build 2/2] RUN", result.Error, StringComparison.Ordinal);
    }
}
