using System.Net;
using Cofferdam.Model;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Images;

public sealed class ImageResolverTests : IDisposable
{
    private readonly ImageFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("linux/amd64/v3", "linux/amd64")]
    [InlineData("linux/arm64", "linux/arm64/v8")]
    [InlineData("linux/arm/v7", "linux/arm/v6")]
    [InlineData("linux/386", null)]
    [InlineData("linux/arm/v5", null)]
    public async Task Index_Platform_IsTheBestThatRuns(string wanted, string? expected)
    {
        var manifests = new[] { "linux/arm/v6", "linux/arm64/v8", "linux/amd64", "windows/386" }.ToDictionary(platform => platform, platform => _fixture.AddImage("team/app", null, platform));
        _fixture.AddIndex("team/app", "1", [.. manifests.Select(entry => (entry.Key, entry.Value))]);

        var resolving = _fixture.Resolver.ResolveAsync(ImageFixture.Name, Platform.Parse(wanted), "default", _fixture.Source, Cancel);

        if (expected is null)
        {
            var error = await Assert.ThrowsAsync<NotFoundException>(() => resolving);
            Assert.Contains("linux/arm64/v8", error.Hint, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(manifests[expected].Digest, (await resolving).ManifestDescriptor.Digest);
    }

    [Fact]
    public async Task Pinned_SeenBefore_NeedsNoRegistry()
    {
        var index = _fixture.AddIndex("team/app", "1", ("linux/amd64", _fixture.AddImage("team/app", null, "a")));
        var first = await ResolveAsync(ImageFixture.Name, "default");
        _fixture.Fake.Intercept = _ => FakeRegistry.Answer(HttpStatusCode.BadGateway);

        var again = await ResolveAsync(ImageFixture.Name.WithDigest(index.Digest), "pull");

        Assert.Equal(first.Config.RootFs.DiffIds, again.Config.RootFs.DiffIds);
        Assert.Equal(index.Digest, again.Root.Digest);
    }

    [Theory]
    [InlineData("default", false)]
    [InlineData("local", false)]
    [InlineData("pull", true)]
    public async Task Tag_OfALocalImage_AsksOnlyWhenToldTo(string mode, bool asks)
    {
        var old = _fixture.AddImage("team/app", "1", "old");
        await ResolveAsync(ImageFixture.Name, "default");
        await _fixture.Images.PutAsync(ImageFixture.Name, old, Cancel);
        _fixture.Fake.Requests.Clear();
        var renewed = _fixture.AddImage("team/app", "1", "new");

        var found = await ResolveAsync(ImageFixture.Name, mode);

        Assert.Equal(asks ? renewed.Digest : old.Digest, found.Root.Digest);
        Assert.Equal(asks, !_fixture.Fake.Requests.IsEmpty);
    }

    [Fact]
    public async Task Many_OfOneImage_FetchEachPartOnce()
    {
        _fixture.AddIndex("team/app", "1", ("linux/amd64", _fixture.AddImage("team/app", null, "a")));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ResolveAsync(ImageFixture.Name, "default")));

        Assert.Equal(3, _fixture.Fake.Count("GET"));
    }

    private Task<Cofferdam.Engine.LocatedImage> ResolveAsync(ImageReference reference, string mode) =>
        _fixture.Resolver.ResolveAsync(reference, Platform.Parse("linux/amd64"), mode, _fixture.Source, Cancel);
}
