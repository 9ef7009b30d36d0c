using System.Collections.Immutable;
using System.Text;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine.RemoteCache;

public sealed class GitHubCacheStorageTests : IAsyncDisposable
{
    private readonly GitHubCacheServer _server = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(1, 70_000_000)]
    [InlineData(2, 70_000_000)]
    public async Task Blob_IsSentAndReadFromAnyOffset(int version, int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        var storage = Storage(version);
        Assert.False(await storage.HasAsync(Digest.Of(content), Token));

        await storage.PutAsync(Blob(content), Token);

        Assert.True(await storage.HasAsync(Digest.Of(content), Token));
        Assert.Equal(["buildkit-blob-1-" + Digest.Of(content)], _server.Keys);
        await using var read = await storage.OpenBlobAsync(Digest.Of(content), 60, Token);
        Assert.Equal(Digest.Of(content.AsSpan(60)), Digest.Of(await CacheConfigReader.ReadAsync(read.Content, int.MaxValue, Token)));
        Assert.Equal(60, read.Offset);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Config_WrittenAgain_IsTheNewestOfItsName(int version)
    {
        await Storage(version).PutConfigAsync("one"u8.ToArray(), Token);
        await Storage(version).PutConfigAsync("two"u8.ToArray(), Token);

        Assert.Equal(["two"], (await Storage(version).ReadConfigsAsync(Token)).Select(Encoding.UTF8.GetString));

        // The first eight digits of the SHA-256 of refs/heads/topic.
        Assert.Equal(["index-buildkit-1-" + Digest.Of("refs/heads/topic").Hex[..8] + "#1", "index-buildkit-1-" + Digest.Of("refs/heads/topic").Hex[..8] + "#2"], _server.Keys);
        Assert.Empty(await Storage(version, ("scope", "other")).ReadConfigsAsync(Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Blob_ThatIsGone_IsNotFound(int version) =>
        await Assert.ThrowsAsync<NotFoundException>(() => Storage(version).OpenBlobAsync(Digest.Of("x"), 0, Token));

    [Fact]
    public async Task Blob_ThatAnotherHasJustSent_IsNoError()
    {
        await Storage(2).PutAsync(Blob([1]), Token);

        await Storage(2).PutAsync(Blob([1]), Token);

        Assert.Single(_server.Keys);
    }

    [Fact]
    public async Task Server_ThatIsAskedTooOften_IsWaitedFor()
    {
        _server.Refusals = 2;

        Assert.Empty(await Storage(2).ReadConfigsAsync(Token));
    }

    [Theory]
    [InlineData("token=", "token not set")]
    [InlineData("token=x", "neither what it is for")]
    [InlineData("token=a.!.c", "no JSON web token")]
    [InlineData("url=,url_v2=", "url not set")]
    [InlineData("version=x", "failed to parse api version")]
    [InlineData("timeout=x", "failed to parse timeout")]
    public void Attributes_ThatCannotBe_AreRefused(string changes, string message)
    {
        var attributes = Attributes(2);
        foreach (var pair in changes.Split(',').Select(pair => pair.Split('=')))
        {
            attributes = attributes.SetItem(pair[0], pair[1]);
        }

        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => GitHubCacheOptions.Parse(attributes, DateTimeOffset.UnixEpoch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_ThatHasExpired_IsRefused() =>
        Assert.Contains("expired", Assert.Throws<InvalidInputException>(() => GitHubToken.Parse(_server.Token, DateTimeOffset.UnixEpoch.AddYears(200))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("url=http://a/", false)]
    [InlineData("url=http://a/,url_v2=http://b/", true)]
    [InlineData("url=http://a/,url_v2=http://b/,version=1", false)]
    [InlineData("url=https://results-receiver.actions.githubusercontent.com/", true)]
    public void Version_IsThatOfTheAddress(string text, bool isSecond)
    {
        var attributes = text.Split(',').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        attributes["token"] = _server.Token;

        Assert.Equal(isSecond, GitHubCacheOptions.Parse(attributes, DateTimeOffset.UnixEpoch).IsSecondVersion);
    }

    private static CacheBlob Blob(byte[] content) => new(Digest.Of(content), content.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(content)));

    private ImmutableDictionary<string, string> Attributes(int version) =>
        ImmutableDictionary<string, string>.Empty.Add("token", _server.Token).Add(version == 2 ? "url_v2" : "url", _server.Address);

    private GitHubCacheStorage Storage(int version, params (string Key, string Value)[] more) =>
        new(GitHubCacheOptions.Parse(Attributes(version).SetItems(more.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))), DateTimeOffset.UnixEpoch), _http, TimeProvider.System);
}
