using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Images handed from us to Docker Engine and back.</summary>
[Collection(DaemonGroup.Name)]
public sealed class EngineComparisonTests(DaemonFixture daemon, EngineFixture engine) : IClassFixture<EngineFixture>
{
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
}
