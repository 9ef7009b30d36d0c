using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Images;

public sealed class ImageOperationTests : IDisposable
{
    private readonly ImageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Key_OfAnotherImageWithEqualLayers_IsEqualInTheSecondDigest()
    {
        _fixture.AddImage("team/app", "1", "a", "b");
        _fixture.Fake.Manifests["team/other:2"] = _fixture.Fake.Manifests["team/app:1"];
        _fixture.AddImage("team/third", "3", "a", "c");

        var first = (await KeyAsync("docker-image://registry.test/team/app:1")).Digests;
        var limited = (await KeyAsync("docker-image://registry.test/team/app:1", ("image.layerlimit", "1"))).Digests;
        var third = (await KeyAsync("docker-image://registry.test/team/third:3", ("image.layerlimit", "1"))).Digests;

        Assert.Equal(2, first.Length);
        Assert.DoesNotContain(first[0], limited);
        Assert.DoesNotContain(first[1], limited);
        Assert.Equal(limited[1], third[1]);
        Assert.NotEqual(limited[0], third[0]);
    }

    [Fact]
    public async Task Run_FetchesNoLayer()
    {
        _fixture.AddImage("team/app", "1", "a", "b");

        var snapshot = await _fixture.RunAsync(_fixture.Operation("docker-image://registry.test/team/app:1"));

        Assert.Equal(2, snapshot.Layers.Length);
        Assert.Equal("i" + ChainId.Of([Digest.Of("a"), Digest.Of("b")]).Value.Hex[..32], snapshot.Layers[1].Value);
        Assert.Equal(1, _fixture.Fake.Requests.Count(request => request.Contains("/blobs/", StringComparison.Ordinal))); // the config
        Assert.Empty(_fixture.Layers.Contents);
    }

    [Fact]
    public async Task Checksum_OfAnotherImage_IsAnError()
    {
        _fixture.AddImage("team/app", "1", "a");

        await Assert.ThrowsAnyAsync<CofferdamException>(() => KeyAsync("docker-image://registry.test/team/app:1", ("image.checksum", Digest.Of("other").ToString())));
    }

    private async Task<Cofferdam.Solver.OperationKey> KeyAsync(string identifier, params (string, string)[] attributes) =>
        await _fixture.Operation(identifier, attributes).GetKeyAsync(_fixture.Context, TestContext.Current.CancellationToken);
}
