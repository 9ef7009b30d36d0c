using System.Text.Json.Nodes;
using Cofferdam.IntegrationTests.Registry;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>coffer's commands for images, against real registries.</summary>
[Collection(DaemonGroup.Name)]
public sealed class RegistryCommandTests(DaemonFixture daemon)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Image_GoesRoundThroughRegistryAndArchive()
    {
        var directory = daemon.NewDirectory(("context/Dockerfile", $"FROM {daemon.Base}\nRUN echo stays > /file\nCMD [\"cat\", \"/file\"]\n"));
        var first = daemon.Registry + "/round:1";
        var second = daemon.Registry + "/other/round:2";

        await daemon.MustCofferAsync("build", "--progress", "plain", "--push", "-t", first, directory + "/context");
        await daemon.MustCofferAsync("tag", first, second);
        var digest = (await daemon.MustCofferAsync("push", "-q", second)).Trim();
        Assert.Contains("Untagged: " + first, await daemon.MustCofferAsync("rmi", first, second), StringComparison.Ordinal);
        Assert.Equal(1, (await daemon.CofferAsync("inspect", second)).ExitCode);

        Assert.Equal(digest, (await daemon.MustCofferAsync("pull", "-q", second)).Trim());
        Assert.Equal("stays\n", await daemon.MustCofferAsync("run", second));
        Assert.StartsWith("""{"CreatedAt":""", await daemon.MustCofferAsync("history", "--format", "json", second), StringComparison.Ordinal);
        Assert.Contains("CMD [\\\"cat\\\" \\\"/file\\\"]", await daemon.MustCofferAsync("history", "--format", "json", second), StringComparison.Ordinal);
        Assert.Contains(digest, await daemon.MustCofferAsync("images", "--no-trunc", "--format", "json"), StringComparison.Ordinal);

        await daemon.MustCofferAsync("save", "-o", directory + "/saved.tar", second);
        Assert.Equal([second], SavedImage.OfDocker(directory + "/saved.tar").Names);
        await daemon.MustCofferAsync("rmi", second);
        Assert.Equal($"Loaded image: {second}\n", await daemon.MustCofferAsync("load", "-i", directory + "/saved.tar"));
        Assert.Equal(digest, (string)JsonNode.Parse(await daemon.MustCofferAsync("inspect", second))![0]!["Digest"]!);
        Assert.Equal("stays\n", await daemon.MustCofferAsync("run", second));
    }

    [Fact]
    public async Task ImageThatStaysHere_IsNotPacked_AndIsCompressedByItsPush()
    {
        var name = daemon.Registry + "/stays:1";
        var directory = daemon.NewDirectory(("context/Dockerfile", $"FROM {daemon.Base}\nCOPY file /\nRUN echo made > /made\nCMD [\"cat\", \"/file\", \"/made\"]\n"), ("context/file", "stays\n"));
        await daemon.MustCofferAsync("build", "--progress", "plain", "-t", name, directory + "/context");
        var here = JsonNode.Parse(await daemon.MustCofferAsync("inspect", name))![0]!;
        await daemon.MustCofferAsync("prune", "-af");

        await daemon.MustCofferAsync("save", "-o", directory + "/saved.tar", name);
        var pushed = (await daemon.MustCofferAsync("push", "-q", name)).Trim();

        var manifest = JsonNode.Parse((await daemon.RunAsync("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + name)).Output)!;
        Assert.All(manifest["layers"]!.AsArray(), layer => Assert.EndsWith("+gzip", (string)layer!["mediaType"]!, StringComparison.Ordinal));
        Assert.NotEqual(pushed, (string)here["Digest"]!);
        await daemon.MustCofferAsync("rmi", name);
        await daemon.MustCofferAsync("pull", "-q", name);
        Assert.Equal((string)here["Id"]!, (string)JsonNode.Parse(await daemon.MustCofferAsync("inspect", name))![0]!["Id"]!);
        await daemon.MustCofferAsync("rmi", name);
        await daemon.MustCofferAsync("load", "-i", directory + "/saved.tar");
        Assert.Equal("stays\nmade\n", await daemon.MustCofferAsync("run", name));
    }

    [Fact]
    public async Task PrivateRegistry_TakesTheRightCredentialsOnly()
    {
        using var registry = await RegistryProcess.StartAsync(withPassword: true, Token);
        var name = registry.Host + "/private:1";
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nCMD [\"echo\", \"private\"]\n"));

        var refused = await daemon.CofferAsync("build", "--push", "-t", name, context);
        var wrong = await daemon.CofferAsync("login", registry.Host, "-u", "joe", "-p", "wr0ng");
        Assert.Equal((1, 1), (refused.ExitCode, wrong.ExitCode));
        Assert.Contains("coffer login " + registry.Host, refused.Error, StringComparison.Ordinal);
        Assert.Contains("hint: check the user name and the password", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", wrong.All, StringComparison.Ordinal);
        Assert.False(File.Exists(daemon.DockerConfig) && (await File.ReadAllTextAsync(daemon.DockerConfig, Token)).Contains(registry.Host, StringComparison.Ordinal));

        Assert.Equal("Login Succeeded\n", await daemon.MustCofferAsync("login", registry.Host, "-u", "joe", "-p", "secret"));
        await daemon.MustCofferAsync("build", "--progress", "plain", "--push", "-t", name, context);
        await daemon.MustCofferAsync("rmi", name);
        await daemon.MustCofferAsync("pull", "-q", name);
        Assert.Equal("private\n", await daemon.MustCofferAsync("run", name));
        await daemon.BuildAsync("--push", "-t", registry.Host + "/by-buildx", daemon.NewDirectory(("Dockerfile", $"FROM {name}\nRUN true\n")));

        await daemon.MustCofferAsync("logout", registry.Host);
        var after = await daemon.CofferAsync("pull", "-q", name);
        Assert.Equal(1, after.ExitCode);
        Assert.Contains("authentication required", after.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_OfTwoPlatforms_IsPulledByPlatform()
    {
        var directory = daemon.NewDirectory(("context/Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY file /$TARGETARCH\n"), ("context/file", "x"));
        var name = daemon.Registry + "/two:1";
        await daemon.MustCofferAsync("build", "--progress", "plain", "--platform", "linux/amd64,linux/arm64", "--push", "-t", name, directory + "/context");
        await daemon.MustCofferAsync("rmi", name);

        await daemon.MustCofferAsync("pull", "-q", "--platform", "linux/arm64", name);
        var missing = await daemon.CofferAsync("pull", "-q", "--platform", "linux/s390x", name);
        await daemon.MustCofferAsync("save", "--platform", "linux/arm64", "-o", directory + "/arm.tar", name);
        var raw = await daemon.RunAsync("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + name);

        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("it is there for linux/amd64, linux/arm64", missing.Error, StringComparison.Ordinal);
        Assert.Contains("COPY file /arm64 # buildkit", await daemon.MustCofferAsync("history", "--no-trunc", "--platform", "linux/arm64", name), StringComparison.Ordinal);
        var saved = SavedImage.OfDocker(directory + "/arm.tar");
        Assert.Equal("arm64", (string)saved.Config["architecture"]!);
        Assert.Equal("x", saved.Read("arm64"));
        Assert.Equal("arm64", (string)SavedImage.OfOci(directory + "/arm.tar").Config["architecture"]!);
        Assert.Equal(["amd64", "arm64"], JsonNode.Parse(raw.Output)!["manifests"]!.AsArray().Select(manifest => (string)manifest!["platform"]!["architecture"]!));
    }

    [Fact]
    public async Task Archive_OfSkopeo_IsLoadedUnderTheNameItHas()
    {
        var directory = daemon.NewDirectory();
        await Skopeo($"oci-archive:{directory}/named.tar:example/thing:v1");
        await Skopeo($"oci-archive:{directory}/nameless.tar");
        await Skopeo($"docker-archive:{directory}/older.tar:example/older:v1");

        Assert.Equal("Loaded image: docker.io/example/older:v1\n", await daemon.MustCofferAsync("load", "-i", directory + "/older.tar"));
        Assert.Equal("works\n", await daemon.MustCofferAsync("run", "example/older:v1", "echo", "works"));
        Assert.Equal("Loaded image: docker.io/example/thing:v1\n", await daemon.MustCofferAsync("load", "-i", directory + "/named.tar"));
        Assert.StartsWith("Loaded image ID: sha256:", await daemon.MustCofferAsync("load", "-i", directory + "/nameless.tar"), StringComparison.Ordinal);

        async Task Skopeo(string target)
        {
            var copied = await daemon.RunAsync("skopeo", "copy", "-q", "--src-tls-verify=false", "docker://" + daemon.Base, target);
            Assert.True(copied.ExitCode == 0, copied.All);
        }
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("rmi")]
    [InlineData("push")]
    [InlineData("save")]
    [InlineData("history")]
    public async Task Image_Missing_IsSaid(string command)
    {
        var result = await daemon.CofferAsync(command, "never-built");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("ERROR: no image \"(docker.io/library/)?never-built(:latest)?\" in the store", result.Error);
    }
}
