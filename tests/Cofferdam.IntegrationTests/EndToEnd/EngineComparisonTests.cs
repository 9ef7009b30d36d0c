using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>The same builds by Docker Engine and by us: same configs, same layers.</summary>
[Collection(DaemonGroup.Name)]
public sealed class EngineComparisonTests(DaemonFixture daemon, EngineFixture engine) : IClassFixture<EngineFixture>
{
    public static TheoryData<string> Names => [.. ComparedContexts.Dockerfiles.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Image_IsTheSame(string name)
    {
        var directory = daemon.NewDirectory(("Dockerfile", ComparedContexts.Dockerfiles[name].Replace("BASE", daemon.Base, StringComparison.Ordinal).Replace($"ARG {daemon.Base}=", "ARG BASE=", StringComparison.Ordinal).Replace("$" + daemon.Base, "$BASE", StringComparison.Ordinal)));
        ComparedContexts.Fill(directory);
        string[] flags = ["--build-arg", "A=argument", directory];
        var output = daemon.NewDirectory();
        await engine.BuildxAsync(["build", "-q", "--network", "host", "-t", "compared", .. flags]);
        await engine.DockerAsync("save", "compared", "-o", output + "/engine.tar");
        await daemon.BuildAsync(["-t", "compared", "-o", $"type=docker,dest={output}/ours.tar", .. flags]);

        var theirs = SavedImage.OfDocker(output + "/engine.tar");
        var ours = SavedImage.OfDocker(output + "/ours.tar");

        Assert.Equal(Comparable(theirs.Config), Comparable(ours.Config));
        Assert.Equal(theirs.Describe(), ours.Describe());
    }

    [Fact]
    public async Task Load_ByBuildx_GoesToTheEngine()
    {
        var directory = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nLABEL built=here\n"));

        var result = await daemon.RunAsync("env", "DOCKER_HOST=" + engine.Address, DaemonFixture.Buildx(), "build", "--load", "-t", "handed/over:3", directory);

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal("here\n", (await engine.DockerAsync("inspect", "--format", "{{.Config.Labels.built}}", "handed/over:3")).Output);
    }

    [Fact]
    public async Task Archive_LoadedByTheEngine_IsTheSameImage()
    {
        var directory = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nRUN echo one > /one\nCMD [\"cat\", \"/one\"]\n"));
        await daemon.BuildAsync("-t", "handed/over:1", "-o", $"type=docker,dest={directory}/built.tar", directory);
        await daemon.BuildAsync("-t", "handed/over:2", "-o", "type=image", directory);
        await daemon.MustCofferAsync("save", "-o", directory + "/saved.tar", "handed/over:2");

        foreach (var (file, tag) in ((string File, string Tag)[])[("built.tar", "handed/over:1"), ("saved.tar", "handed/over:2")])
        {
            Assert.Equal($"Loaded image: {tag}\n", (await engine.DockerAsync("load", "-i", Path.Combine(directory, file))).Output);
            Assert.Equal("[cat /one]\n", (await engine.DockerAsync("inspect", "--format", "{{.Config.Cmd}}", tag)).Output);
        }

        // And back.
        await engine.DockerAsync("save", "handed/over:1", "-o", directory + "/back.tar");
        await daemon.MustCofferAsync("rmi", "handed/over:2");
        Assert.Equal("Loaded image: docker.io/handed/over:1\n", await daemon.MustCofferAsync("load", "-i", directory + "/back.tar"));
        Assert.Equal("one\n", await daemon.MustCofferAsync("run", "handed/over:1"));
    }

    // Times differ. The engine's BuildKit writes a HEALTHCHECK into the history in a form that later ones gave up.
    private static string Comparable(JsonObject config)
    {
        var copy = config.DeepClone().AsObject();
        copy.Remove("created");
        copy.Remove("rootfs");
        foreach (var entry in copy["history"]!.AsArray().Select(entry => entry!.AsObject()))
        {
            entry.Remove("created");
            entry["created_by"] = ((string)entry["created_by"]!) is var text && text.StartsWith("HEALTHCHECK ", StringComparison.Ordinal) ? "HEALTHCHECK" : text;
        }

        return Sorted(copy)!.ToJsonString();
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
