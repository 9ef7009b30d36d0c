using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Storage;

public sealed class LayerDiskTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly LayerUses _uses = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Prune_RemovesWhatNothingUses()
    {
        await using var storage = await OpenAsync();
        var (used, unused) = (await AddAsync(storage, "used"), await AddAsync(storage, "unused"));
        _uses.Add(Snapshot.Scratch.Append(used));
        var disk = new LayerDisk(storage, _uses, new CacheMounts(storage, storage.Snapshots, _clock), () => null, _clock);

        Assert.Equal([unused.Value], await PruneAsync(disk));
        await disk.SettleAsync(Token);

        Assert.Equal((true, false), (storage.Snapshots.Exists(used), storage.Snapshots.Exists(unused)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory["state/trash"]));
    }

    [Fact]
    public async Task Prune_LeavesWhatWasMadeSinceTheOldestBuildBegan()
    {
        await using var storage = await OpenAsync();
        var before = await AddAsync(storage, "before");
        _clock.Advance(TimeSpan.FromSeconds(1));
        var began = _clock.GetUtcNow();
        var since = await AddAsync(storage, "since");

        Assert.Equal([before.Value], await PruneAsync(new LayerDisk(storage, _uses, new CacheMounts(storage, storage.Snapshots, _clock), () => began, _clock)));
        Assert.Equal([since.Value], await PruneAsync(new LayerDisk(storage, _uses, new CacheMounts(storage, storage.Snapshots, _clock), () => null, _clock)));
    }

    [Fact]
    public async Task Prune_LeavesTheLayersOfImages()
    {
        await using var storage = await OpenAsync();
        var layer = await AddAsync(storage, "layer");
        var digest = Digest.Of("the layer's tar");
        await storage.Database.LayerBlobs.PutAsync(layer, new LayerBlob(digest, 10, digest, Compression.None), Token);
        var config = await StoreAsync(storage, "{}"u8.ToArray());
        var manifest = await StoreAsync(storage, ImageJson.Write(new ImageManifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = config,
            Layers = [new Descriptor { MediaType = MediaTypes.OciLayer, Digest = digest, Size = 10 }],
        }));
        await storage.Database.Images.PutAsync("docker.io/library/a:latest", manifest with { MediaType = MediaTypes.OciManifest }, Token);
        var disk = new LayerDisk(storage, _uses, new CacheMounts(storage, storage.Snapshots, _clock), () => null, _clock);

        Assert.Empty(await PruneAsync(disk));
        await storage.Database.Images.DeleteAsync("docker.io/library/a:latest", Token);
        Assert.Equal([layer.Value], await PruneAsync(disk));
    }

    [Fact]
    public async Task Records_TellWhenALayerWasUsedLast()
    {
        await using var storage = await OpenAsync();
        var layer = await AddAsync(storage, "layer");
        _clock.Advance(TimeSpan.FromHours(1));
        _uses.Add(Snapshot.Scratch.Append(layer));
        var record = await new LayerDisk(storage, _uses, new CacheMounts(storage, storage.Snapshots, _clock), () => null, _clock).ListAsync(Token).SingleAsync(Token);

        Assert.Equal((_clock.GetUtcNow(), 2, true), (record.LastUsed, record.UseCount, record.InUse));
    }

    private Task<LocalStorage> OpenAsync() => LocalStorage.OpenAsync(_directory["state"], _clock, Token);

    private async Task<LayerId> AddAsync(LocalStorage storage, string name)
    {
        await using var active = await storage.Snapshots.PrepareAsync(Snapshot.Scratch, Token);
        await File.WriteAllTextAsync(Path.Combine(active.UpperPath, name), name, Token);
        var layer = await active.CommitAsync(null, Token);
        var now = _clock.GetUtcNow();
        await storage.Database.Layers.PutAsync(new LayerRecord(layer) { Created = now, LastUsed = now, UsageCount = 1 }, Token);
        return layer;
    }

    private static async Task<Descriptor> StoreAsync(LocalStorage storage, byte[] bytes)
    {
        await using var writer = await storage.Content.OpenWriteAsync(Guid.NewGuid().ToString(), null, Token);
        await writer.WriteAsync(bytes, Token);
        var info = await writer.CommitAsync(Token);
        return new Descriptor { MediaType = MediaTypes.OciConfig, Digest = info.Digest, Size = info.Size };
    }

    private static async Task<List<string>> PruneAsync(LayerDisk disk)
    {
        var removed = new List<string>();
        await foreach (var record in disk.PruneAsync(new PruneOptions { All = true }, Token))
        {
            removed.Add(record.Id);
        }

        return removed;
    }
}
