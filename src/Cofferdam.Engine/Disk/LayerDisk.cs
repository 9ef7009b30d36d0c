using System.Runtime.CompilerServices;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What layers, blobs and cache mounts take on disk, and their removal.</summary>
/// <param name="storage">What is on the disk.</param>
/// <param name="uses">What is in use.</param>
/// <param name="cacheMounts">The directories that steps keep.</param>
/// <param name="buildingSince">When the oldest build that runs began; null when none does. What was made since then may be a build's that has not said so yet.</param>
/// <param name="clock">The clock.</param>
public sealed class LayerDisk(LocalStorage storage, LayerUses uses, ICacheMounts cacheMounts, Func<DateTimeOffset?> buildingSince, TimeProvider clock) : IDiskUsage
{
    // A blob this young may belong to a build that has not recorded it yet.
    private static readonly TimeSpan BlobGrace = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<DiskRecord> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await storage.Database.Layers.TouchAsync(uses.TakeUsed(), cancellationToken);
        var shared = await ImageLayersAsync(cancellationToken);
        var kept = KeptDirectories();
        var records = storage.Database.Layers.List();
        foreach (var record in records.Concat(Unrecorded(records)))
        {
            if (storage.Snapshots.Exists(record.Layer))
            {
                yield return await DescribeAsync(record, shared, kept, cancellationToken);
            }
        }

        var mounts = storage.Database.CacheMounts.List();
        foreach (var mount in mounts.Concat(Unrecorded(mounts)))
        {
            yield return Describe(mount);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DiskRecord> PruneAsync(PruneOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var matches = DiskFilter.Parse(options.Filters);
        var records = new List<DiskRecord>();
        await foreach (var record in ListAsync(cancellationToken))
        {
            records.Add(record);
        }

        var used = records.Sum(record => record.Size);
        foreach (var record in records.OrderBy(record => record.LastUsed ?? record.Created).ThenBy(record => record.UseCount))
        {
            if (IsEnough(options, used))
            {
                break;
            }

            var isSpared = record.InUse || MayBelongToBuild(record.Created) || !matches(record) || (!options.All && record.Kind is "internal" or "frontend")
                || (options.KeepDuration > TimeSpan.Zero && now - (record.LastUsed ?? record.Created) < options.KeepDuration);
            if (!isSpared && await RemoveAsync(record, cancellationToken))
            {
                used -= record.Size;
                yield return record;
            }
        }

        await RemoveBlobsAsync(now, cancellationToken);
    }

    /// <summary>Waits until what was removed has left the disk.</summary>
    public Task SettleAsync(CancellationToken cancellationToken) => storage.Snapshots.EmptyTrashAsync(cancellationToken);

    private bool MayBelongToBuild(DateTimeOffset created) => buildingSince() is { } since && created >= since;

    private bool IsEnough(PruneOptions options, long used)
    {
        if (options is { ReservedSpace: 0, MaxUsedSpace: 0, MinFreeSpace: 0 })
        {
            return false;
        }

        var isOverMaximum = options.MaxUsedSpace > 0 && used > options.MaxUsedSpace;
        var isDiskFull = options.MinFreeSpace > 0 && FileSystemSpace.Of(storage.Directory.Root).Available < options.MinFreeSpace;
        var hasNoLimit = options is { MaxUsedSpace: 0, MinFreeSpace: 0 };
        return used <= options.ReservedSpace || !(isOverMaximum || isDiskFull || hasNoLimit);
    }

    private async Task<bool> RemoveAsync(DiskRecord record, CancellationToken cancellationToken)
    {
        if (record.Kind == "exec.cachemount")
        {
            return await cacheMounts.TryRemoveAsync(record.Id, cancellationToken);
        }

        var layer = new LayerId(record.Id);
        if (!uses.TryBeginRemoval(layer))
        {
            return false;
        }

        try
        {
            await storage.Snapshots.RemoveAsync(layer, cancellationToken);
            await storage.Database.Layers.RemoveAsync([layer], cancellationToken);
            return true;
        }
        catch (ConflictException)
        {
            return false; // It came into use since the look.
        }
        finally
        {
            uses.EndRemoval(layer);
        }
    }

    private async Task RemoveBlobsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var needed = new HashSet<Digest>();
        foreach (var image in storage.Database.Images.List())
        {
            var blobs = new Dictionary<string, Descriptor>(StringComparer.Ordinal);
            if (await storage.Content.FindAsync(image.Target.Digest, cancellationToken) is not null)
            {
                await ImageArchive.CollectAsync(image.Target, blobs, storage.Content, cancellationToken);
            }

            needed.UnionWith(blobs.Values.Select(blob => blob.Digest));
        }

        foreach (var layer in storage.Snapshots.List())
        {
            needed.UnionWith(storage.Database.LayerBlobs.List(layer).Select(blob => blob.Blob));
        }

        await foreach (var blob in storage.Content.ListAsync(cancellationToken))
        {
            if (!needed.Contains(blob.Digest) && now - blob.Created > BlobGrace && !MayBelongToBuild(blob.Created))
            {
                await storage.Content.DeleteAsync(blob.Digest, cancellationToken);
            }
        }
    }

    private HashSet<string> KeptDirectories() =>
        [.. storage.Database.Values.ListKeys("local.layer").Select(key => storage.Database.Values.Find("local.layer", key)).OfType<byte[]>().Select(System.Text.Encoding.UTF8.GetString)];

    private async Task<HashSet<LayerId>> ImageLayersAsync(CancellationToken cancellationToken)
    {
        var layers = new HashSet<LayerId>();
        foreach (var image in storage.Database.Images.List())
        {
            var blobs = new Dictionary<string, Descriptor>(StringComparer.Ordinal);
            if (await storage.Content.FindAsync(image.Target.Digest, cancellationToken) is not null)
            {
                await ImageArchive.CollectAsync(image.Target, blobs, storage.Content, cancellationToken);
            }

            foreach (var manifest in blobs.Values.Where(blob => MediaTypes.IsManifest(blob.MediaType)).ToList())
            {
                // Layers that were left unpacked are named by the manifest and are no blobs.
                var named = ImageJson.ReadManifest(await ImageArchive.ReadAsync(manifest, storage.Content, cancellationToken)).Layers;
                layers.UnionWith(named.SelectMany(layer => storage.Database.LayerBlobs.FindLayers(layer.Digest)));
            }
        }

        return layers;
    }

    private async Task<DiskRecord> DescribeAsync(LayerRecord record, HashSet<LayerId> shared, HashSet<string> kept, CancellationToken cancellationToken)
    {
        var size = record.Size;
        if (size is null)
        {
            size = await storage.Snapshots.GetSizeAsync(record.Layer, cancellationToken);
            await storage.Database.Layers.SetSizeAsync(record.Layer, size.Value, cancellationToken);
        }

        return new DiskRecord
        {
            Id = record.Layer.Value,
            Kind = kept.Contains(record.Layer.Value) ? "source.local" : record.Type.ToName(),
            Size = size.Value,
            Description = record.Description,
            Created = record.Created,
            LastUsed = record.LastUsed,
            UseCount = (int)record.UsageCount,
            IsMutable = record.Mutable,
            InUse = uses.IsUsed(record.Layer) || shared.Contains(record.Layer),
            IsShared = shared.Contains(record.Layer),
        };
    }

    private DiskRecord Describe(CacheMountRecord mount) => new()
    {
        Id = mount.Id,
        Kind = "exec.cachemount",
        Size = mount.Size ?? DirectorySize(mount.Directory),
        Description = mount.Description,
        Created = mount.Created,
        LastUsed = mount.LastUsed,
        UseCount = (int)mount.UsageCount,
        IsMutable = true,
        InUse = cacheMounts.IsUsed(mount.Directory),
    };

    private static DateTimeOffset LastWritten(DirectoryInfo directory) => new(directory.LastWriteTimeUtc, TimeSpan.Zero);

    // What is on the disk and in no record: the database was lost.
    private IEnumerable<LayerRecord> Unrecorded(IReadOnlyList<LayerRecord> records)
    {
        var known = records.Select(record => record.Layer).ToHashSet();
        return storage.Snapshots.List().Where(layer => !known.Contains(layer)).Select(layer =>
        {
            var made = LastWritten(new DirectoryInfo(storage.Snapshots.GetLayerDirectory(layer)));
            return new LayerRecord(layer) { Created = made, LastUsed = made };
        });
    }

    private IEnumerable<CacheMountRecord> Unrecorded(IReadOnlyList<CacheMountRecord> mounts)
    {
        var known = mounts.Select(mount => mount.Directory).ToHashSet();
        return new DirectoryInfo(storage.Directory.CacheMountsPath).EnumerateDirectories().Where(directory => !known.Contains(directory.Name)).Select(directory =>
            new CacheMountRecord(directory.Name, directory.Name) { Description = "cached mount", Created = LastWritten(directory), LastUsed = LastWritten(directory) });
    }

    private long DirectorySize(string name)
    {
        var path = Path.Combine(storage.Directory.CacheMountsPath, name);
        return Directory.Exists(path) ? Cofferdam.Storage.DiskUsage.Of(path, CancellationToken.None) : 0;
    }
}
