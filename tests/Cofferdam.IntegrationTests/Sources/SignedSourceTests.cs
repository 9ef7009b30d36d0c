using Cofferdam.IntegrationTests.EndToEnd;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>Builds whose policy says who must have signed what they take.</summary>
public sealed class SignedSourceTests : IAsyncLifetime
{
    private readonly CofferCommand _coffer = new();
    private readonly SigningKeys _keys;

    public SignedSourceTests() => _keys = new SigningKeys(Path.Combine(_coffer.Directory, "keys"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _keys.DisposeAsync();
        _coffer.Dispose();
    }

    [Fact]
    public async Task Git_SignedByOpenPgp_IsTakenAndOthersAreNot()
    {
        await _keys.MakeAsync("A <a@localhost>", "ed25519");
        await _keys.MakeAsync("B <b@localhost>", "rsa2048");
        var (mine, other) = (await _keys.ExportAsync("a@localhost"), await _keys.ExportAsync("b@localhost"));
        await using var server = await MakeAsync("user.signingkey=a@localhost");

        // Of "tagged" only the tag is signed, of "committed" only the commit.
        AssertTaken(await BuildAsync(server, "main", ("git.sig.pubkey", mine)));
        AssertTaken(await BuildAsync(server, "tagged", ("git.sig.pubkey", mine), ("git.sig.requiresignedtag", "true")));
        AssertTaken(await BuildAsync(server, "committed", ("git.sig.pubkey", mine), ("git.sig.ignoresignedtag", "true")));
        AssertTaken(await BuildAsync(server, "committed", ("git.sig.pubkey", mine), ("git.sig.rejectexpired", "true")));
        Assert.Contains("not among the public keys", await BuildAsync(server, "main", ("git.sig.pubkey", other)), StringComparison.Ordinal);
        Assert.Contains("it is not signed", await BuildAsync(server, "unsigned", ("git.sig.pubkey", mine)), StringComparison.Ordinal);
        Assert.Contains("it is not signed", await BuildAsync(server, "tagged", ("git.sig.pubkey", mine), ("git.sig.ignoresignedtag", "true")), StringComparison.Ordinal);
        Assert.Contains("it is not signed", await BuildAsync(server, "committed", ("git.sig.pubkey", mine), ("git.sig.requiresignedtag", "true")), StringComparison.Ordinal);
        Assert.Contains("it is no signed tag", await BuildAsync(server, "main", ("git.sig.pubkey", mine), ("git.sig.requiresignedtag", "true")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_SignedBySsh_IsTakenAndOthersAreNot()
    {
        var mine = await _keys.MakeSshAsync("a", "ed25519");
        var other = await _keys.MakeSshAsync("b", "ed25519");
        await using var server = await MakeAsync("gpg.format=ssh", "user.signingkey=" + _keys.SshFile("a"));

        AssertTaken(await BuildAsync(server, "main", ("git.sig.pubkey", mine)));
        AssertTaken(await BuildAsync(server, "tagged", ("git.sig.pubkey", mine), ("git.sig.requiresignedtag", "true")));
        Assert.Contains("another key", await BuildAsync(server, "main", ("git.sig.pubkey", other)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_Signed_IsTakenAndOthersAreNot()
    {
        await _keys.MakeAsync("a", "rsa2048");
        var file = Path.Combine(_coffer.Directory, "file");
        await File.WriteAllTextAsync(file, "content", Token);
        var (key, signature) = (await _keys.ExportAsync("a"), await _keys.SignAsync("a", file));
        await using var server = new FileServer { Files = { ["file"] = "content"u8.ToArray(), ["other"] = "other"u8.ToArray() } };

        AssertTaken(await BuildAsync(server.UrlOf("file"), ("http.sig.pubkey", key), ("http.sig.signature", signature)));
        Assert.Contains("is not the one that key", await BuildAsync(server.UrlOf("other"), ("http.sig.pubkey", key), ("http.sig.signature", signature)), StringComparison.Ordinal);
        Assert.Contains("requires both", await BuildAsync(server.UrlOf("file"), ("http.sig.pubkey", key)), StringComparison.Ordinal);

        // What was had before, without a signature or by its checksum, is verified all the same.
        AssertTaken(await BuildAsync(server.UrlOf("other"), ("http.perm", "0644")));
        var checksum = "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("other"u8));
        Assert.Contains("is not the one that key", await BuildAsync(server.UrlOf("other"), ("http.checksum", checksum), ("http.sig.pubkey", key), ("http.sig.signature", signature)), StringComparison.Ordinal);
    }

    // The branches "main" and "unsigned", and the tags "tagged" and "committed".
    private async Task<GitHttpServer> MakeAsync(params string[] settings)
    {
        var root = Path.Combine(_coffer.Directory, "repositories");
        var repository = await GitRepository.CreateAsync(root, "one", _keys.Settings);
        foreach (var setting in settings)
        {
            await repository.RunAsync("config", setting.Split('=')[0], setting.Split('=')[1]);
        }

        await repository.CommitAsync("file", "unsigned");
        await repository.RunAsync("branch", "unsigned");
        await repository.RunAsync("tag", "-s", "-m", "a message\n\nof lines", "tagged");
        await repository.RunAsync("config", "commit.gpgsign", "true");
        await repository.RunAsync("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-m", "signed");
        await repository.RunAsync("tag", "-a", "-m", "no more", "committed");
        return new GitHttpServer(root);
    }

    private static void AssertTaken(string shown) => Assert.True(shown == "exit 0", shown);

    private Task<string> BuildAsync(GitHttpServer server, string reference, params (string Name, string Value)[] attributes) => PolicyBuild.RunAsync(_coffer, server.UrlOf("one") + "#" + reference, "git", attributes);

    private Task<string> BuildAsync(string source, params (string Name, string Value)[] attributes) => PolicyBuild.RunAsync(_coffer, source, "http", attributes);
}
