using System.Net;
using Cofferdam.Model;
using Cofferdam.Storage;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Images;

public sealed class LayerProviderTests : IDisposable
{
    private readonly ImageFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Ensure_ManyAtOnce_FetchAndUnpackEachLayerOnceInOrder()
    {
        var snapshot = await PulledAsync("a", "b", "c");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => EnsureAsync(snapshot)));

        Assert.Equal(snapshot.Layers, _fixture.Layers.Applied.Select(applied => applied.Layer));
        Assert.Equal([0, 1, 2], _fixture.Layers.Applied.Select(applied => applied.Parent.Layers.Length));
        Assert.Equal(3, LayerDownloads().Count);
        foreach (var layer in new[] { "a", "b", "c" })
        {
            Assert.NotNull(await _fixture.Content.FindAsync(Digest.Of(FakeLayers.Compress(layer)), Cancel));
        }
    }

    [Fact]
    public async Task Ensure_Downloads_AllBeginBeforeTheFirstIsUnpacked()
    {
        var snapshot = await PulledAsync("a", "b", "c");
        var release = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var downloads = 0;
        _fixture.Layers.BeforeRead = layer => layer == snapshot.Layers[0] ? release.Task : Task.CompletedTask;
        _fixture.Fake.Intercept = request =>
        {
            if (Interlocked.Increment(ref downloads) == 3)
            {
                begun.SetResult();
            }

            return null;
        };

        var ensuring = EnsureAsync(snapshot);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        release.SetResult();
        await ensuring;

        Assert.Equal(3, _fixture.Layers.Contents.Count);
    }

    [Fact]
    public async Task Ensure_LyingBlob_LeavesNoLayer()
    {
        var snapshot = await PulledAsync("a");
        var blob = Digest.Of(FakeLayers.Compress("a"));
        _fixture.Fake.Blobs[$"team/app@{blob}"] = FakeLayers.Compress("x");

        await Assert.ThrowsAsync<DigestMismatchException>(() => EnsureAsync(snapshot));

        Assert.Empty(_fixture.Layers.Contents);
        Assert.Null(await _fixture.Content.FindAsync(blob, Cancel));
    }

    [Fact]
    public async Task Ensure_ConnectionBroken_GoesOnWhereItStopped()
    {
        var text = new string('a', 50_000);
        var snapshot = await PulledAsync(text);
        var content = FakeLayers.Compress(text);
        var broken = false;
        _fixture.Fake.Intercept = request =>
        {
            if (broken)
            {
                return null;
            }

            broken = true;
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new BreakingStream(content, 20_000)) };
        };

        await EnsureAsync(snapshot);

        Assert.Equal(text, _fixture.Layers.Contents[snapshot.Layers[0]]);
        Assert.Equal(2, LayerDownloads().Count);
    }

    [Fact]
    public async Task Ensure_GoneFromItsRepository_IsHadFromAnother()
    {
        var snapshot = await PulledAsync("a");
        _fixture.AddImage("team/copy", "1", "a");
        await _fixture.RunAsync(_fixture.Operation("docker-image://registry.test/team/copy:1"));
        _fixture.Fake.Blobs.TryRemove($"team/app@{Digest.Of(FakeLayers.Compress("a"))}", out _);

        await EnsureAsync(snapshot);

        Assert.Equal("a", _fixture.Layers.Contents[snapshot.Layers[0]]);
    }

    [Fact]
    public async Task Ensure_OneOfTwoCancelled_LeavesTheOther()
    {
        var snapshot = await PulledAsync("a");
        var release = new TaskCompletionSource();
        var reading = new TaskCompletionSource();
        _fixture.Layers.BeforeRead = _ =>
        {
            reading.TrySetResult();
            return release.Task;
        };
        using var stop = new CancellationTokenSource();
        var first = _fixture.Provider.EnsureAsync(snapshot, [], _fixture.Progress, stop.Token).AsTask();
        await reading.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        var second = EnsureAsync(snapshot);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult();
        await second;

        Assert.Single(_fixture.Layers.Applied);
    }

    [Fact]
    public async Task Ensure_TheOnlyOneCancelled_StopsTheWork()
    {
        var snapshot = await PulledAsync("a");
        var reading = new TaskCompletionSource();
        _fixture.Layers.BeforeRead = _ =>
        {
            reading.TrySetResult();
            return Task.Delay(Timeout.Infinite, CancellationToken.None);
        };
        using var stop = new CancellationTokenSource();
        var ensuring = _fixture.Provider.EnsureAsync(snapshot, [], _fixture.Progress, stop.Token).AsTask();
        await reading.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ensuring);

        _fixture.Layers.BeforeRead = _ => Task.CompletedTask;
        await EnsureAsync(snapshot);
        Assert.Single(_fixture.Layers.Applied);
    }

    [Fact]
    public async Task Ensure_MergeOfTwoImages_UnpacksEachOverItsOwn()
    {
        var first = await PulledAsync("a", "b");
        _fixture.AddImage("team/other", "1", "c", "d");
        var second = await _fixture.RunAsync(_fixture.Operation("docker-image://registry.test/team/other:1"));

        await EnsureAsync(new Snapshot([.. first.Layers, .. second.Layers]));

        Assert.Equal([first.Layers[0]], Parent(first.Layers[1]));
        Assert.Empty(Parent(second.Layers[0]));
        Assert.Equal([second.Layers[0]], Parent(second.Layers[1]));

        System.Collections.Immutable.ImmutableArray<LayerId> Parent(LayerId layer) => _fixture.Layers.Applied.Single(applied => applied.Layer == layer).Parent.Layers;
    }

    [Fact]
    public async Task CanProvide_UnknownLayer_IsFalse()
    {
        var snapshot = await PulledAsync("a");

        Assert.True(await _fixture.Provider.CanProvideAsync(snapshot, Cancel));
        Assert.False(await _fixture.Provider.CanProvideAsync(snapshot.Append(new LayerId("x")), Cancel));
        await Assert.ThrowsAsync<NotFoundException>(() => EnsureAsync(snapshot.Append(new LayerId("x"))));
    }

    [Fact]
    public async Task Push_PulledImage_ArrivesWithItsBlobsMounted()
    {
        var snapshot = await PulledAsync("a", "b");
        await EnsureAsync(snapshot);
        var root = (await _fixture.Resolver.ResolveAsync(ImageFixture.Name, Platform.Parse("linux/amd64"), "default", _fixture.Source, Cancel)).Root;
        var pusher = new Cofferdam.Engine.ImagePusher(_fixture.Client, _fixture.Content, _fixture.Origins);

        await pusher.PushAsync(root, ImageReference.Parse("registry.test/mine/app:2"), byDigest: false, Cofferdam.Registry.AnonymousCredentials.Instance, _fixture.Progress, Cancel);
        await pusher.PushAsync(root, ImageReference.Parse("registry.test/mine/bare:2"), byDigest: true, Cofferdam.Registry.AnonymousCredentials.Instance, _fixture.Progress, Cancel);

        Assert.Equal(root.Digest, Digest.Of(_fixture.Fake.Manifests["mine/app:2"].Content));
        Assert.True(_fixture.Fake.Blobs.ContainsKey($"mine/app@{Digest.Of(FakeLayers.Compress("b"))}"));
        Assert.Equal(4, _fixture.Fake.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal) && request.Contains("mount=", StringComparison.Ordinal)));
        Assert.False(_fixture.Fake.Manifests.ContainsKey("mine/bare:2"));
        Assert.True(_fixture.Fake.Manifests.ContainsKey($"mine/bare:{root.Digest}"));
    }

    private async Task<Snapshot> PulledAsync(params string[] layers)
    {
        _fixture.AddImage("team/app", "1", layers);
        var snapshot = await _fixture.RunAsync(_fixture.Operation("docker-image://registry.test/team/app:1"));
        _fixture.Fake.Requests.Clear();
        return snapshot;
    }

    private Task EnsureAsync(Snapshot snapshot) => _fixture.Provider.EnsureAsync(snapshot, [], _fixture.Progress, Cancel).AsTask();

    private List<string> LayerDownloads() => [.. _fixture.Fake.Requests.Where(request => request.StartsWith("GET", StringComparison.Ordinal))];

    private sealed class BreakingStream(byte[] content, int length) : MemoryStream(content, 0, length)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("broken pipe");
    }
}
