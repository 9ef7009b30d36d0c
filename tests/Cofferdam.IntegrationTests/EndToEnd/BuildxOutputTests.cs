using System.Formats.Tar;
using System.Text.Json.Nodes;
using Cofferdam.Linux;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>The tutorial, built by the real docker buildx with every output.</summary>
[Collection(DaemonGroup.Name)]
public sealed class BuildxOutputTests(DaemonFixture daemon) : IAsyncDisposable
{
    private readonly CompanyServer _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Image => daemon.Registry + "/tutorial/app:v1";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("oci")]
    [InlineData("docker")]
    public async Task Archive_IsWholeAndKeepsNoSecret(string type)
    {
        var path = Path.Combine(daemon.NewDirectory(), "image.tar");
        await BuildAsync("-t", Image, "-o", $"type={type},dest={path}");

        var image = type == "oci" ? SavedImage.OfOci(path) : SavedImage.OfDocker(path);
        Assert.Equal([Image], image.Names);
        Assert.Equal("Hello, Admin\n", image.Read("app/message.txt"));
        Assert.DoesNotContain(image.Layers, layer => System.Text.Encoding.Latin1.GetString(layer).Contains("login admin", StringComparison.Ordinal));
        Assert.DoesNotContain("netrc", image.Config.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(
            [$"ARG URL={_server.Url}", "WORKDIR /app", $"RUN |1 URL={_server.Url} /bin/sh -c curl -sSn $URL > message.txt # buildkit", "COPY main.py . # buildkit", "CMD [\"python\" \"main.py\"]"],
            image.Commands.TakeLast(5));
        Assert.Equal("""{"Env":["PATH=/usr/bin:/bin"],"Cmd":["python","main.py"],"ArgsEscaped":true,"WorkingDir":"/app"}""", image.Config["config"]!.ToJsonString());

        var inspected = await daemon.RunAsync("skopeo", "inspect", "--config", $"{type}-archive:{path}");
        Assert.True(inspected.ExitCode == 0, inspected.All);
        var copied = await daemon.RunAsync("skopeo", "copy", "-q", $"{type}-archive:{path}", "dir:" + daemon.NewDirectory());
        Assert.True(copied.ExitCode == 0, copied.All);
    }

    [Fact]
    public async Task Files_OfSeveralLayers_AreLinksOnlyWhereTheyAre()
    {
        var directory = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nCOPY a /one\nCOPY a /two\nRUN echo x > /three && ln /three /four\n"), ("a", "same\n"));
        await daemon.BuildAsync("-o", $"type=local,dest={directory}/files", directory);
        await daemon.BuildAsync("-o", $"type=tar,dest={directory}/files.tar", directory);

        var types = new Dictionary<string, TarEntryType>();
        await using var tar = new TarReader(File.OpenRead(Path.Combine(directory, "files.tar")));
        while (await tar.GetNextEntryAsync(cancellationToken: Token) is { } entry)
        {
            types[entry.Name] = entry.EntryType;
        }

        Assert.Equal([TarEntryType.RegularFile, TarEntryType.RegularFile], [types["one"], types["two"]]);
        Assert.Equal([TarEntryType.RegularFile, TarEntryType.HardLink], [types["four"], types["three"]]);
        using var root = RootedDirectory.Open(Path.Combine(directory, "files"));
        Assert.NotEqual(root.Stat("one").Inode, root.Stat("two").Inode);
        Assert.Equal(root.Stat("three").Inode, root.Stat("four").Inode);
    }

    [Fact]
    public async Task Files_ArriveInADirectoryAndInATar()
    {
        var directory = daemon.NewDirectory();
        await BuildAsync("-o", $"type=local,dest={directory}/files");
        await BuildAsync("-o", $"type=tar,dest={directory}/files.tar");

        Assert.Equal("Hello, Admin\n", await File.ReadAllTextAsync(Path.Combine(directory, "files/app/message.txt"), Token));
        Assert.False(File.Exists(Path.Combine(directory, "files/root/.netrc")));
        await using var tar = new TarReader(File.OpenRead(Path.Combine(directory, "files.tar")));
        var names = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: Token) is { } entry)
        {
            names.Add(entry.Name);
        }

        Assert.Contains("app/message.txt", names);
        Assert.DoesNotContain("root/.netrc", names);
    }

    [Fact]
    public async Task Image_StaysWithTheDaemonAndRuns()
    {
        await BuildAsync("-t", "tutorial:kept", "-o", "type=image");

        Assert.Equal("Hello, Admin\n", await daemon.MustCofferAsync("run", "tutorial:kept"));
    }

    [Theory]
    [InlineData("--push")]
    [InlineData("--output=type=image,push=true")]
    public async Task Pushed_IsInTheRegistryUnderTheDigestTold(string flag)
    {
        var directory = daemon.NewDirectory();
        await BuildAsync("-t", Image, flag, "--metadata-file", directory + "/metadata", "--iidfile", directory + "/id");

        var metadata = JsonNode.Parse(await File.ReadAllTextAsync(directory + "/metadata", Token))!;
        Assert.Equal(Image, (string)metadata["image.name"]!);
        Assert.Equal(await File.ReadAllTextAsync(directory + "/id", Token), (string)metadata["containerimage.config.digest"]!);
        var inspected = await daemon.RunAsync("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + Image);
        Assert.Equal((string)metadata["containerimage.digest"]!, inspected.Output.Trim());
    }

    private Task<ProgramResult> BuildAsync(params IEnumerable<string> flags)
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Cofferdam.slnx")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        var app = Path.Combine(directory, "samples/tutorial/app");
        return daemon.BuildAsync([
            .. flags, "--secret", $"id=netrc,src={app}/netrc", "--build-arg", "URL=" + _server.Url, "--build-context", "python:3.9-slim=docker-image://" + daemon.Base, app]);
    }
}
