using System.Collections.Concurrent;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Keeps clients' directories between builds: each is a layer that is taken back for writing when it changes and nothing uses it.</summary>
internal sealed class LocalDirectories(ISnapshotter snapshotter, LayerUses uses, IKeyValueStore memory)
{
    private const string ListingScope = "local.listing";
    private const string LayerScope = "local.layer";

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (LayerId Layer, FileListing Listing)> _known = new(StringComparer.Ordinal);

    /// <summary>Receives a directory into a layer and returns it; the layer is that of before when nothing changed.</summary>
    /// <param name="key">Which directory; one transfer of it runs at a time.</param>
    /// <param name="receive">Changes the directory given, which holds what the listing says, and returns what it holds then.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<LayerId> UpdateAsync(string key, Func<RootedDirectory, FileListing, Task<(FileListing Listing, bool HasChanged)>> receive, CancellationToken cancellationToken)
    {
        var name = Digest.Of(key).Hex;
        var gate = _gates.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await UpdateOneAsync(name, receive, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<LayerId> UpdateOneAsync(string name, Func<RootedDirectory, FileListing, Task<(FileListing Listing, bool HasChanged)>> receive, CancellationToken cancellationToken)
    {
        var known = await FindAsync(name, cancellationToken);

        // A directory that another build still reads must not change under it: this build gets one of its own.
        await using var reopened = known is { } before && !uses.IsUsed(before.Layer) ? await snapshotter.ReopenAsync(before.Layer, cancellationToken) : null;
        await using var fresh = reopened is null ? await snapshotter.PrepareAsync(Snapshot.Scratch, cancellationToken) : null;
        var active = reopened ?? fresh!;
        using var root = RootedDirectory.Open(active.UpperPath);
        var (listing, hasChanged) = await receive(root, reopened is null ? new FileListing() : known!.Value.Listing);
        var isUnchanged = reopened is not null && !hasChanged;
        var layer = await active.CommitAsync(isUnchanged ? known!.Value.Layer : null, cancellationToken);
        _known[name] = (layer, listing);
        if (!isUnchanged)
        {
            await memory.PutAsync(ListingScope, name, listing.Write(), cancellationToken);
            await memory.PutAsync(LayerScope, name, System.Text.Encoding.UTF8.GetBytes(layer.Value), cancellationToken);
        }

        return layer;
    }

    private async ValueTask<(LayerId Layer, FileListing Listing)?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(name, out var known))
        {
            return snapshotter.Exists(known.Layer) ? known : null;
        }

        if (await memory.FindAsync(LayerScope, name, cancellationToken) is not { } layerBytes || await memory.FindAsync(ListingScope, name, cancellationToken) is not { } bytes)
        {
            return null;
        }

        var layer = new LayerId(System.Text.Encoding.UTF8.GetString(layerBytes));
        return snapshotter.Exists(layer) && FileListing.Read(bytes) is { } listing ? (layer, listing) : null;
    }
}
