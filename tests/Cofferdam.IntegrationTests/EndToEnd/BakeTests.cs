using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>What <c>docker buildx bake</c> makes of files for it, against our daemon.</summary>
[Collection(DaemonGroup.Name)]
public sealed class BakeTests(DaemonFixture daemon)
{
    private const string Hcl = """
        variable "DIR" {}
        variable "BASE" {}
        variable "TAG" {
          default = "v1"
        }
        function "shout" {
          params = [text]
          result = upper(text)
        }
        group "default" {
          targets = ["app", "tool"]
        }
        group "all" {
          targets = ["default", "wide"]
        }
        target "common" {
          args = { WHO = "common", LEVEL = shout("low") }
          labels = { "made.with" = "bake" }
        }
        target "base" {
          inherits = ["common"]
          context = "${DIR}/base"
          contexts = { origin = "docker-image://${BASE}" }
        }
        target "app" {
          inherits = ["common"]
          context = "${DIR}/app"
          target = "app"
          contexts = { base = "target:base", other = "${DIR}/other" }
          args = { WHO = "app-${TAG}" }
          secret = ["id=word,src=${DIR}/word"]
          output = ["type=local,dest=${DIR}/out/app"]
        }
        target "tool" {
          name = "tool-${kind}"
          matrix = { kind = ["fast", "small"] }
          context = "${DIR}/app"
          target = "tool"
          contexts = { base = "target:base", other = "${DIR}/other" }
          args = { KIND = kind }
          output = ["type=local,dest=${DIR}/out/${kind}"]
        }
        target "wide" {
          dockerfile-inline = <<END
        FROM --platform=$BUILDPLATFORM base AS made
        RUN echo made > /made
        FROM scratch
        ARG TARGETARCH
        LABEL arch=$TARGETARCH
        COPY --from=made /made /
        END
          contexts = { base = "target:base" }
          platforms = ["linux/amd64", "linux/arm64"]
          output = ["type=oci,dest=${DIR}/wide.tar"]
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Group_OfTargetsWithContextsMatrixAndInheritance_IsBuilt()
    {
        var directory = NewProject();

        var baked = await BakeAsync(directory, "all");

        Assert.True(baked.ExitCode == 0, baked.All);
        Assert.Equal("base of common LOW\napp-v1 with other and a word of 6\n", await ReadAsync(directory, "app/app"));
        Assert.Equal("base of common LOW\ntool fast\n", await ReadAsync(directory, "fast/tool"));
        Assert.Equal("base of common LOW\ntool small\n", await ReadAsync(directory, "small/tool"));
        Directory.CreateDirectory(directory + "/wide");
        Assert.Equal(0, (await daemon.RunAsync("tar", "-xf", directory + "/wide.tar", "-C", directory + "/wide")).ExitCode);
        Assert.Equal(["amd64", "arm64"], PlatformsOf(directory + "/wide"));

        // The base is a target of its own and yet one step, whoever needs it.
        Assert.Single(baked.Error.Split('\n'), line => line.EndsWith(" base is made", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Target_WithOverrides_TakesThem()
    {
        var directory = NewProject();

        var baked = await BakeAsync(directory, "app", "--set", "base.args.WHO=me", "--set", "app.args.WHO=you", "--set", $"app.output=type=local,dest={directory}/out/set");

        Assert.True(baked.ExitCode == 0, baked.All);
        Assert.Equal("base of me LOW\nyou with other and a word of 6\n", await ReadAsync(directory, "set/app"));
        Assert.False(Directory.Exists(directory + "/out/app"));
    }

    [Fact]
    public async Task Cache_InADirectory_IsWrittenAndRead()
    {
        var directory = NewProject();
        string[] cache = ["--set", $"app.cache-to=type=local,dest={directory}/cache,mode=max", "--set", $"app.cache-from=type=local,src={directory}/cache"];
        var first = await BakeAsync(directory, ["app", .. cache]);
        Assert.True(first.ExitCode == 0, first.All);
        Assert.True(File.Exists(directory + "/cache/index.json"), first.All);
        Assert.True((await daemon.BuildxAsync("prune", "-a", "-f")).ExitCode == 0);

        var second = await BakeAsync(directory, ["app", .. cache]);

        Assert.True(second.ExitCode == 0, second.All);
        Assert.Contains("importing cache manifest from ", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(second.Error.Split('\n'), line => line.EndsWith(" app is made", StringComparison.Ordinal));
        Assert.Equal("base of common LOW\napp-v1 with other and a word of 6\n", await ReadAsync(directory, "app/app"));
    }

    [Fact]
    public async Task Print_ShowsWhatWouldBeBuilt()
    {
        var directory = NewProject();

        var printed = await BakeAsync(directory, "tool", "--print");

        Assert.True(printed.ExitCode == 0, printed.All);
        var targets = JsonNode.Parse(printed.Output)!["target"]!.AsObject();
        Assert.Equal(["base", "tool-fast", "tool-small"], targets.Select(target => target.Key).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(directory + "/out"));
    }

    [Theory]
    [InlineData("app", "check", 1, "WARNING: FromAsCasing")]
    [InlineData("app", "targets", 0, "tool (default)")]
    [InlineData("base", "outline", 0, "WHO")] // buildx has nothing to give for a context that is a target
    public async Task Call_OfTargets_IsAnswered(string target, string method, int exitCode, string text)
    {
        var directory = NewProject();

        var called = await BakeAsync(directory, target, "--call", method);

        Assert.True(called.ExitCode == exitCode, called.All);
        Assert.Contains(text, called.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_InTheContextOfATarget_ShowsItsLine()
    {
        var directory = NewProject();
        await File.AppendAllTextAsync(directory + "/base/Dockerfile", "RUN exit 3\n", Token);

        var baked = await BakeAsync(directory, "app");

        Assert.Equal(1, baked.ExitCode);
        Assert.Contains(">>> RUN exit 3", baked.Error, StringComparison.Ordinal);
        Assert.Contains("exit code: 3", baked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definition_OfAGitRepository_IsReadAndBuilt()
    {
        var files = daemon.NewDirectory(
            ("docker-bake.hcl", "variable \"OUT\" {}\ntarget \"default\" {\n  output = [\"type=local,dest=${OUT}\"]\n}\n"),
            ("Dockerfile", "FROM scratch\nCOPY a /a\n"),
            ("a", "of the repository\n"));
        var made = await daemon.RunAsync("bash", "-euc", $"cd '{files}'; git init -q -b main .; git add .; git -c user.name=a -c user.email=a@b commit -q -m a; git clone -q --bare . ../{Path.GetFileName(files)}.git; git -C ../{Path.GetFileName(files)}.git update-server-info");
        Assert.True(made.ExitCode == 0, made.All);
        using var server = new Corpus.FileServer(Path.GetDirectoryName(files)!);
        var output = daemon.NewDirectory();

        var baked = await daemon.RunAsync("env", "OUT=" + output, DaemonFixture.Buildx(), "bake", "--progress", "plain", "--allow", "fs=" + output, $"{server.Address}/{Path.GetFileName(files)}.git#main");

        Assert.True(baked.ExitCode == 0, baked.All);
        Assert.Equal("of the repository\n", await File.ReadAllTextAsync(output + "/a", Token));
    }

    private static string[] PlatformsOf(string layout)
    {
        JsonNode Blob(JsonNode descriptor) => JsonNode.Parse(File.ReadAllText(Path.Combine(layout, "blobs", ((string)descriptor["digest"]!).Replace(':', '/'))))!;
        var index = JsonNode.Parse(File.ReadAllText(layout + "/index.json"))!["manifests"]![0]!;
        return [.. Blob(index)["manifests"]!.AsArray().Select(manifest => (string)manifest!["platform"]!["architecture"]!).Where(name => name != "unknown").Order(StringComparer.Ordinal)];
    }

    private static Task<string> ReadAsync(string directory, string file) => File.ReadAllTextAsync(Path.Combine(directory, "out", file), Token);

    private string NewProject() => daemon.NewDirectory(
        ("docker-bake.hcl", Hcl),
        ("word", "secret"),
        ("other/name", "other"),
        ("base/Dockerfile", "FROM origin\nARG WHO\nARG LEVEL\nRUN echo base is made; echo base of $WHO $LEVEL > /about # " + Guid.NewGuid() + "\n"),
        ("app/Dockerfile", """
            FROM base as made
            ARG WHO
            RUN --mount=type=secret,id=word,env=WORD --mount=type=bind,from=other,target=/other \
              echo app is made; { cat /about; echo $WHO with $(cat /other/name) and a word of ${#WORD}; } > /app
            FROM scratch AS app
            COPY --from=made /app /
            FROM base AS run
            ARG KIND
            RUN { cat /about; echo tool $KIND; } > /tool
            FROM scratch AS tool
            COPY --from=run /tool /

            """));

    private Task<ProgramResult> BakeAsync(string directory, params IEnumerable<string> arguments) => daemon.RunAsync(
        "env", ["DIR=" + directory, "BASE=" + daemon.Base, DaemonFixture.Buildx(), "bake", "-f", directory + "/docker-bake.hcl", "--progress", "plain", "--allow", "fs=" + directory, .. arguments]);
}
