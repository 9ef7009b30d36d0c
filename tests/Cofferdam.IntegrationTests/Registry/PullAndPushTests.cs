using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Storage;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Registry;

public sealed class PullAndPushTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RegistryClient _client = new(new RegistryOptions(), TimeProvider.System);
    private readonly SilentProgress _progress = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Image_PushedAndPulledElsewhere_HasTheSameFiles(bool withPassword)
    {
        using var registry = await RegistryProcess.StartAsync(withPassword, Cancel);
        var credentials = new FixedCredentials(withPassword ? new RegistryLogin("joe", "secret") : null);
        var name = ImageReference.Parse(registry.Host + "/team/app:1");
        Descriptor root;
        await using (var storage = await LocalStorage.OpenAsync(_directory["a"], TimeProvider.System, Cancel))
        {
            root = await MakeImageAsync(storage);
            var pusher = new ImagePusher(_client, storage.Content, new DatabaseLayerOrigins(storage.Database.LayerBlobs));
            await pusher.PushAsync(root, name, byDigest: false, credentials, _progress, Cancel);
            await pusher.PushAsync(root, name, byDigest: false, credentials, _progress, Cancel);
        }

        await using var other = await LocalStorage.OpenAsync(_directory["b"], TimeProvider.System, Cancel);
        var (snapshot, found) = await PullAsync(other, name, credentials);
        Assert.Equal(root.Digest, found.Digest);
        await using (var mounted = await other.Snapshots.MountAsync(snapshot, Cancel))
        {
            Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(mounted.RootPath, "usr/lib/first"), Cancel));
            Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(mounted.RootPath, "usr/lib/second"), Cancel));
        }

        // The layers it came with are mounted for another name on the same registry.
        var copier = new ImagePusher(_client, other.Content, new DatabaseLayerOrigins(other.Database.LayerBlobs));
        await copier.PushAsync(found, ImageReference.Parse(registry.Host + "/copy:2"), byDigest: false, credentials, _progress, Cancel);
        Assert.Equal(root.Digest, (await _client.ResolveAsync(ImageReference.Parse(registry.Host + "/copy:2"), credentials, Cancel)).Digest);
    }

    [Fact]
    public async Task Login_Wrong_IsUnauthorizedWithAHint()
    {
        using var registry = await RegistryProcess.StartAsync(withPassword: true, Cancel);
        var name = ImageReference.Parse(registry.Host + "/team/app:1");

        var anonymous = await Assert.ThrowsAsync<UnauthorizedException>(() => _client.ResolveAsync(name, AnonymousCredentials.Instance, Cancel));
        var wrong = await Assert.ThrowsAsync<UnauthorizedException>(() => _client.CheckLoginAsync(registry.Host, new FixedCredentials(new RegistryLogin("joe", "wr0ng")), Cancel));
        await _client.CheckLoginAsync(registry.Host, new FixedCredentials(new RegistryLogin("joe", "secret")), Cancel);
        var missing = await Assert.ThrowsAsync<NotFoundException>(() => _client.ResolveAsync(name, new FixedCredentials(new RegistryLogin("joe", "secret")), Cancel));

        Assert.Contains("coffer login " + registry.Host, anonymous.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", wrong.ToString(), StringComparison.Ordinal);
        Assert.Contains("manifest unknown", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_BrokenInTheMiddle_ArrivesWhole()
    {
        using var registry = await RegistryProcess.StartAsync(withPassword: false, Cancel);
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        var descriptor = new Descriptor { MediaType = MediaTypes.OciLayer, Digest = Digest.Of(content), Size = content.Length };
        var name = ImageReference.Parse(registry.Host + "/team/app");
        var opened = 0;

        await _client.PushBlobAsync(name, descriptor, null, (offset, _) => ValueTask.FromResult<Stream>(
            opened++ == 0 ? new BreakingStream(content, 1_500_000) : new MemoryStream(content, (int)offset, content.Length - (int)offset)), AnonymousCredentials.Instance, null, Cancel);

        await using var blob = await _client.OpenBlobAsync(name, descriptor, 1_000_000, AnonymousCredentials.Instance, Cancel);
        using var read = new MemoryStream();
        await blob.Content.CopyToAsync(read, Cancel);
        Assert.Equal(1_000_000, blob.Offset);
        Assert.Equal(content[1_000_000..], read.ToArray());
        Assert.True(opened > 1);
    }

    private async Task<(Snapshot Snapshot, Descriptor Root)> PullAsync(LocalStorage storage, ImageReference name, IRegistryCredentials credentials)
    {
        var origins = new DatabaseLayerOrigins(storage.Database.LayerBlobs);
        var resolver = new ImageResolver(storage.Content, new DatabaseImageStore(storage.Database.Images));
        var image = await resolver.ResolveAsync(name, Platform.Host, "pull", new RegistryImageSource(_client, credentials), Cancel);
        var layers = image.GetLayers(null);
        await origins.PutAsync(layers, Cancel);
        var provider = new LayerProvider(new WithCredentials(_client, credentials), storage.Content, storage.Snapshots, new TarLayerWriter(storage.Snapshots), origins);
        var snapshot = new Snapshot([.. layers.Select(layer => layer.Layer)]);
        await provider.EnsureAsync(snapshot, [], _progress, Cancel);
        return (snapshot, image.Root);
    }

    private static async Task<Descriptor> MakeImageAsync(LocalStorage storage)
    {
        var first = TarLayerWriter.Pack(("usr/lib/first", "one"), ("gone", "x"));
        var second = TarLayerWriter.Pack(("usr/lib/second", "two"), ("usr/lib/third", "three"));
        var config = ImageJson.Write(new ImageConfig { Architecture = Platform.Host.Architecture, Os = "linux", RootFs = new RootFs { DiffIds = [first.DiffId, second.DiffId] } });
        var manifest = ImageJson.Write(new ImageManifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = await StoreAsync(storage, config, MediaTypes.OciConfig),
            Layers = [await StoreAsync(storage, first.Blob, MediaTypes.OciLayerGzip), await StoreAsync(storage, second.Blob, MediaTypes.OciLayerGzip)],
        });
        return await StoreAsync(storage, manifest, MediaTypes.OciManifest);
    }

    private static async Task<Descriptor> StoreAsync(LocalStorage storage, byte[] content, string mediaType)
    {
        await using var writer = await storage.Content.OpenWriteAsync(Guid.NewGuid().ToString("N"), null, Cancel);
        await writer.WriteAsync(content, Cancel);
        var info = await writer.CommitAsync(Cancel);
        return new Descriptor { MediaType = mediaType, Digest = info.Digest, Size = info.Size };
    }

    private sealed class BreakingStream(byte[] content, int length) : MemoryStream(content, 0, length)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("broken pipe");
    }

    /// <summary>Stands for the session that would bring the login along.</summary>
    private sealed class WithCredentials(IRegistry registry, IRegistryCredentials own) : IRegistry
    {
        public Task<Descriptor> ResolveAsync(ImageReference reference, IRegistryCredentials credentials, CancellationToken cancellationToken) => registry.ResolveAsync(reference, own, cancellationToken);

        public Task<byte[]> FetchAsync(ImageReference repository, Descriptor descriptor, IRegistryCredentials credentials, CancellationToken cancellationToken) =>
            registry.FetchAsync(repository, descriptor, own, cancellationToken);

        public Task<RegistryBlob> OpenBlobAsync(ImageReference repository, Descriptor descriptor, long offset, IRegistryCredentials credentials, CancellationToken cancellationToken) =>
            registry.OpenBlobAsync(repository, descriptor, offset, own, cancellationToken);

        public Task PushBlobAsync(ImageReference repository, Descriptor descriptor, ImageReference? mountFrom, Func<long, CancellationToken, ValueTask<Stream>> open, IRegistryCredentials credentials, IProgress<long>? progress, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task PushManifestAsync(ImageReference reference, Descriptor descriptor, ReadOnlyMemory<byte> content, IRegistryCredentials credentials, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
