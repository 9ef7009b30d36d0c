using System.Security.Cryptography;
using Cofferdam.IntegrationTests.EndToEnd;
using Cofferdam.IntegrationTests.Registry;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>Repositories as bundles: blobs that git itself makes, and reads.</summary>
public sealed class GitBundleTests : IDisposable
{
    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Repositories => Path.Combine(_coffer.Directory, "repositories");

    public void Dispose() => _coffer.Dispose();

    [Fact]
    public async Task Add_OutOfABundleOfARegistry_AsksNoRepository()
    {
        using var registry = await RegistryProcess.StartAsync(withPassword: false, Token);
        var repository = await GitRepository.CreateAsync(Repositories, "one");
        var first = await repository.CommitAsync("file", "first");
        var second = await repository.CommitAsync("file", "second");
        var bundle = Path.Combine(_coffer.Directory, "made");
        await repository.RunAsync("bundle", "create", bundle, "--all");
        var locator = $"docker-image+blob://{registry.Host}/bundles@{await UploadAsync(registry.Host, bundle)}";
        const string Nowhere = "http://127.0.0.1:1/one.git";

        Assert.Equal("second", await AddAsync(Nowhere + "#main", ("git.bundle", locator), ("git.checksum", second)));
        Assert.Equal("second", await AddAsync(Nowhere, ("git.bundle", locator), ("git.checksum", second), ("git.keepgitdir", "true")));
        Assert.Equal("first", await AddAsync($"{Nowhere}#{first}", ("git.bundle", locator), ("git.checksum", first)));

        var absent = new string('a', 40);
        Assert.Contains("does not contain commit " + absent, await FailAsync(Nowhere, ("git.bundle", locator), ("git.checksum", absent)), StringComparison.Ordinal);
        Assert.Contains("expected checksum", await FailAsync(Nowhere + "#main", ("git.bundle", locator), ("git.checksum", first)), StringComparison.Ordinal);
        Assert.Contains("requires a full commit hash", await FailAsync(Nowhere, ("git.bundle", locator)), StringComparison.Ordinal);
        Assert.Contains("is not named by a digest", await FailAsync(Nowhere, ("git.bundle", "docker-image+blob://a/b:c"), ("git.checksum", first)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "refs/heads/main")]
    [InlineData("#side", "refs/heads/side")]
    [InlineData("#refs/tags/v1", "refs/tags/v1")]
    [InlineData("#v1", "refs/heads/v1")]
    public async Task Add_AsABundle_IsOneThatGitReads(string reference, string name)
    {
        var repository = await GitRepository.CreateAsync(Repositories, "one");
        await repository.CommitAsync("file", "first");
        await repository.CommitAsync("file", "second");
        await repository.RunAsync("branch", "side");
        await repository.RunAsync("tag", "-a", "-m", "v1", "v1");
        await using var server = new GitHttpServer(Repositories);
        var output = Path.Combine(_coffer.Directory, "out");

        Assert.Equal("exit 0", await PolicyBuild.RunAsync(_coffer, server.UrlOf("one") + reference, "git", [("git.checkoutbundle", "true")], output));

        Assert.Equal(["bundle"], Directory.GetFileSystemEntries(output).Select(Path.GetFileName));
        Assert.Contains(name, await repository.RunAsync("bundle", "list-heads", output + "/bundle"), StringComparison.Ordinal);
        var empty = await GitRepository.CreateAsync(Repositories, "empty");
        await empty.RunAsync("fetch", "-q", output + "/bundle", name + ":refs/fetched/one");
        Assert.Equal("2", await empty.RunAsync("rev-list", "--count", "refs/fetched/one"));
    }

    [Fact]
    public async Task Add_AsABundleOfAPart_IsRefused()
    {
        var shown = await PolicyBuild.RunAsync(_coffer, "http://127.0.0.1:1/one.git#main:part", "git", [("git.checkoutbundle", "true")]);

        Assert.Contains("neither a subdirectory", shown, StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(string host, string file)
    {
        using var client = new HttpClient();
        using var begun = await client.PostAsync(new Uri($"http://{host}/v2/bundles/blobs/uploads/"), null, Token);
        var bytes = await File.ReadAllBytesAsync(file, Token);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        using var content = new ByteArrayContent(bytes);
        using var done = await client.PutAsync(new Uri(new Uri($"http://{host}/"), $"{begun.Headers.Location}&digest={digest}"), content, Token);
        Assert.True(done.IsSuccessStatusCode, done.ReasonPhrase);
        return digest;
    }

    private async Task<string> AddAsync(string source, params (string Name, string Value)[] attributes)
    {
        var output = Path.Combine(_coffer.Directory, "out");
        var shown = await PolicyBuild.RunAsync(_coffer, source, "git", attributes, output);
        Assert.True(shown == "exit 0", shown);
        return await File.ReadAllTextAsync(output + "/file", Token);
    }

    private async Task<string> FailAsync(string source, params (string Name, string Value)[] attributes)
    {
        var shown = await PolicyBuild.RunAsync(_coffer, source, "git", attributes);
        Assert.StartsWith("exit 1", shown, StringComparison.Ordinal);
        return shown;
    }
}
