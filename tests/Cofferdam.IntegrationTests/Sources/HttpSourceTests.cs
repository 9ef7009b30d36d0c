using System.Security.Cryptography;
using Cofferdam.IntegrationTests.EndToEnd;
using Cofferdam.Linux;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>ADD of addresses and archives, and contexts that are addresses, from a server that counts what it is asked.</summary>
public sealed class HttpSourceTests : IDisposable
{
    private readonly CofferCommand _coffer = new();
    private readonly Dictionary<string, string> _none = [];
    private int _count;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _coffer.Dispose();

    [Fact]
    public async Task Add_Again_AsksWhetherItChangedAndFetchesOnce()
    {
        await using var server = new FileServer { Files = { ["file"] = "one"u8.ToArray() }, Headers = { ["ETag"] = "\"1\"" } };

        await AddAsync(server.UrlOf("file"));
        await AddAsync(server.UrlOf("file"));
        Assert.Equal([200, 304], server.Requests.Select(request => request.Status));

        (server.Files["file"], server.Headers["ETag"]) = ("two"u8.ToArray(), "\"2\"");
        Assert.Equal("two", await ReadAsync(await AddAsync(server.UrlOf("file")), "file"));
        Assert.Equal([200, 304, 200], server.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task Add_WithTimeOnly_AsksByTimeThatIsLongPast()
    {
        await using var server = new FileServer { Files = { ["file"] = "one"u8.ToArray() }, Headers = { ["Last-Modified"] = "Tue, 14 Nov 2023 22:13:20 GMT" } };

        var result = await AddAsync(server.UrlOf("file"));
        await AddAsync(server.UrlOf("file"));

        Assert.Equal([200, 304], server.Requests.Select(request => request.Status));
        using var root = RootedDirectory.Open(result);
        Assert.Equal((1700000000, 0x180u), (root.Stat("file").Modified.Seconds, root.Stat("file").Mode)); // 0600

        // What was changed just now may change again within the second.
        server.Headers["Last-Modified"] = TimeProvider.System.GetUtcNow().ToString("R");
        server.Files["new"] = "new"u8.ToArray();
        await AddAsync(server.UrlOf("new"));
        await AddAsync(server.UrlOf("new"));
        Assert.Equal([200, 200], server.Requests.Where(request => request.Path == "new").Select(request => request.Status));
    }

    [Fact]
    public async Task Add_FromServerWithoutConditions_KeepsWhatHasTheSameTag()
    {
        await using var server = new FileServer { Files = { ["file"] = "one"u8.ToArray() }, Headers = { ["ETag"] = "W/\"1\"" }, KnowsConditions = false };

        await AddAsync(server.UrlOf("file"));
        server.Files["file"] = "two, by a server that says it is the same"u8.ToArray();

        Assert.Equal("one", await ReadAsync(await AddAsync(server.UrlOf("file")), "file"));
    }

    [Fact]
    public async Task Add_Checksum_IsCheckedAndThenAsksNoMore()
    {
        await using var server = new FileServer { Files = { ["file"] = "one"u8.ToArray(), ["other"] = "two"u8.ToArray() } };
        var flag = "--checksum=sha256:" + Convert.ToHexStringLower(SHA256.HashData("one"u8));

        await AddAsync(server.UrlOf("file"), flag);
        Assert.Equal("one", await ReadAsync(await AddAsync(server.UrlOf("file"), flag), "file"));
        Assert.Single(server.Requests);

        Assert.Contains("digest", await FailAsync(server.UrlOf("other"), flag), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_OfPrivateServer_SendsSecretOfHostAndNotElsewhere()
    {
        await using var elsewhere = new FileServer { Files = { ["file"] = "elsewhere"u8.ToArray() } };
        await using var server = new FileServer { Files = { ["file"] = "one"u8.ToArray() }, Authorization = "Bearer verysecret", Redirects = { ["away"] = elsewhere.UrlOf("file"), ["here"] = "/file" } };
        await File.WriteAllTextAsync(Path.Combine(_coffer.Directory, "token"), "verysecret", Token);
        await File.WriteAllTextAsync(Path.Combine(_coffer.Directory, "header"), "Bearer verysecret", Token);
        string[] token = ["--secret", $"id=HTTP_AUTH_TOKEN_127.0.0.1,src={_coffer.Directory}/token"];

        Assert.Contains("401", await FailAsync(server.UrlOf("file")), StringComparison.Ordinal);
        Assert.Equal("one", await ReadAsync(await AddAsync(server.UrlOf("file"), "", token), "file"));
        Assert.Equal("one", await ReadAsync(await AddAsync(server.UrlOf("file"), "", "--secret", $"id=HTTP_AUTH_HEADER_127.0.0.1,src={_coffer.Directory}/header"), "file"));
        Assert.Equal("one", await ReadAsync(await AddAsync(server.UrlOf("here"), "", token), "here"));
        Assert.Equal("elsewhere", await ReadAsync(await AddAsync(server.UrlOf("away"), "", token), "away"));
        Assert.All(elsewhere.Requests, request => Assert.Empty(request.Authorization));
    }

    [Fact]
    public async Task Add_OfFileWithTheTokenThatFetchedIt_IsRefused()
    {
        const string Value = "gh7_Qx29vLmR4tWzK8pB2";
        await using var server = new FileServer { Files = { ["file"] = System.Text.Encoding.ASCII.GetBytes("you sent " + Value) }, Authorization = "Bearer " + Value };
        await File.WriteAllTextAsync(Path.Combine(_coffer.Directory, "token"), Value, Token);
        string[] token = ["--secret", $"id=HTTP_AUTH_TOKEN_127.0.0.1,src={_coffer.Directory}/token"];

        var shown = await FailAsync(server.UrlOf("file"), "", token);

        Assert.Contains("secret \"HTTP_AUTH_TOKEN_127.0.0.1\" would leave the build: in \"/file\" at byte 9 (whole, as is)", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tar", "")]
    [InlineData("gz", "gzip")]
    [InlineData("bz2", "bzip2")]
    [InlineData("xz", "xz")]
    [InlineData("zst", "zstd")]
    public async Task Archive_AddedOrAsContext_IsUnpacked(string suffix, string program)
    {
        var archive = await MakeArchiveAsync("a." + suffix, program);
        File.Copy(archive, Path.Combine(_coffer.Context, "a." + suffix));
        await using var server = new FileServer { Files = { ["a." + suffix] = await File.ReadAllBytesAsync(archive, Token) } };

        Assert.Equal("content", (await ReadAsync(await AddAsync("a." + suffix), "part/leaf"))[..7]);
        Assert.True(File.Exists(Path.Combine(await AddAsync("a." + suffix, "--unpack=false"), "a." + suffix)));
        Assert.Equal("content", (await ReadAsync(await AddAsync(server.UrlOf("a." + suffix), "--unpack"), "part/leaf"))[..7]);
        Assert.True(File.Exists(Path.Combine(await AddAsync(server.UrlOf("a." + suffix)), "a." + suffix)));

        var target = Path.Combine(_coffer.Directory, "context-out");
        Assert.Equal("exit 0", await _coffer.RunAsync("build", "--progress", "quiet", "-o", "type=local,dest=" + target, server.UrlOf("a." + suffix)));
        Assert.Equal("content", (await ReadAsync(target, "taken"))[..7]);
    }

    [Theory]
    [InlineData("bz2", "bzip2")]
    [InlineData("xz", "xz")]
    public async Task Archive_ThatIsCutOff_IsAnErrorOrAFile(string suffix, string program)
    {
        var bytes = await File.ReadAllBytesAsync(await MakeArchiveAsync("a." + suffix, program), Token);
        await File.WriteAllBytesAsync(Path.Combine(_coffer.Context, "a." + suffix), bytes[..(bytes.Length / 2)], Token);

        // Where not even its first block can be read it is no archive, and copied as it is.
        var target = Path.Combine(_coffer.Directory, "out");
        var shown = await _coffer.BuildAsync($"FROM scratch\nADD a.{suffix} /\n", "-o", "type=local,dest=" + target);
        Assert.DoesNotContain("Exception", shown, StringComparison.Ordinal);
        Assert.Equal(shown == "exit 0", File.Exists(Path.Combine(target, "a." + suffix)));
    }

    [Theory]
    [InlineData("context", null)]
    [InlineData("named", "named")]
    [InlineData("epoch", null)]
    public async Task Epoch_OfSource_IsThatOfTheImage(string value, string? named)
    {
        var repository = await GitRepository.CreateAsync(Path.Combine(_coffer.Directory, "repositories"), "one");
        await using var server = new GitHttpServer(Path.Combine(_coffer.Directory, "repositories"));
        await repository.CommitAsync("Dockerfile", $"FROM scratch AS epoch\nADD {server.UrlOf("one")}#main /\nFROM scratch\nARG SOURCE_DATE_EPOCH\nLABEL epoch=$SOURCE_DATE_EPOCH\nCOPY Dockerfile /\n");
        string[] context = named is null ? [] : ["--build-context", $"{named}={server.UrlOf("one")}"];

        var shown = await _coffer.RunAsync(["build", "--progress", "quiet", "--build-arg", "SOURCE_DATE_EPOCH=" + value, .. context, "-t", "timed", server.UrlOf("one")]);

        Assert.Equal("exit 0", shown);
        var config = await _coffer.RunAsync("inspect", "timed");
        Assert.Contains("\"2023-11-14T22:13:20Z\"", config, StringComparison.Ordinal);
        Assert.Contains($"\"{GitRepository.CommitTime}\"", config, StringComparison.Ordinal);
    }

    private static Task<string> ReadAsync(string directory, string name) => File.ReadAllTextAsync(Path.Combine(directory, name), Token);

    // Large enough for several blocks of every compression's output buffer.
    private async Task<string> MakeArchiveAsync(string name, string program)
    {
        var tree = Directory.CreateDirectory(Path.Combine(_coffer.Directory, "tree/part")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(tree, "part/leaf"), "content" + string.Concat(Enumerable.Range(0, 200_000).Select(number => number * 7919 % 104729)), Token);
        await File.WriteAllTextAsync(Path.Combine(tree, "Dockerfile"), "FROM scratch\nCOPY part/leaf /taken\n", Token);
        var archive = Path.Combine(_coffer.Directory, name);
        var made = await Programs.RunAsync("tar", _none, tree, null, ["-c", "-f", archive, .. program.Length == 0 ? (string[])[] : ["-I", program], "part", "Dockerfile"]);
        Assert.True(made.ExitCode == 0, made.All);
        return archive;
    }

    private async Task<string> AddAsync(string source, string flags = "", params string[] arguments)
    {
        var target = Path.Combine(_coffer.Directory, $"out{_count++}");
        Assert.Equal("exit 0", await _coffer.BuildAsync($"FROM scratch\nADD {flags} {source} /\n", [.. arguments, "-o", "type=local,dest=" + target]));
        return target;
    }

    private async Task<string> FailAsync(string source, string flags = "", params string[] arguments)
    {
        var shown = await _coffer.BuildAsync($"FROM scratch\nADD {flags} {source} /\n", [.. arguments, "-o", "type=cacheonly"]);
        Assert.StartsWith("exit 1", shown, StringComparison.Ordinal);
        return shown;
    }
}
