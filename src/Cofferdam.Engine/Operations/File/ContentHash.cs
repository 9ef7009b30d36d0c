using System.Collections.Concurrent;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The identity of what is selected of a file system: names, headers and data, no times. Remembers what it computed; thread-safe.</summary>
public sealed class ContentHash(ISnapshotter snapshotter)
{
    private const int MaxSelections = 4096;

    private readonly ConcurrentDictionary<string, Digest> _selections = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<LayerId, byte> _received = new();
    private readonly FileDigests _files = new();

    /// <summary>Says that a layer is what a client sent: of its root nothing is known, so mode and owner of it do not count.</summary>
    public void MarkReceived(LayerId layer) => _received.TryAdd(layer, 0);

    /// <summary>The digests of single files.</summary>
    internal FileDigests Files => _files;

    /// <summary>Computes it. A path that is not there is a <see cref="NotFoundException"/>. The layers must be unpacked.</summary>
    public async ValueTask<Digest> ComputeAsync(Snapshot snapshot, IReadOnlyList<FileSelector> selectors, CancellationToken cancellationToken)
    {
        var key = string.Join(',', snapshot.Layers) + "\n\n" + string.Join("\n\n", selectors.Select(selector => selector.Text));
        if (_selections.TryGetValue(key, out var known))
        {
            return known;
        }

        if (snapshot.Layers.IsEmpty && selectors.All(selector => !selector.IsFiltered && SourceTree.Clean(selector.Path).Length == 0))
        {
            return Digest.Of(Digest.Of(ReadOnlySpan<byte>.Empty).ToString());
        }

        await using var mounted = await snapshotter.MountAsync(snapshot, cancellationToken);

        // Inodes name files for good only in a layer's own directory, not through an overlay.
        var files = snapshot.Layers.Length == 1 ? _files : new FileDigests();
        var isRootCounted = snapshot.Layers is not [var only] || !_received.ContainsKey(only);
        var digest = await Task.Run(() => Compute(mounted.RootPath, Name(snapshot), files, isRootCounted, selectors, cancellationToken), cancellationToken);
        if (_selections.Count >= MaxSelections)
        {
            _selections.Clear();
        }

        return _selections[key] = digest;
    }

    private static string Name(Snapshot snapshot) => snapshot.Layers.IsEmpty ? "scratch" : snapshot.Layers[^1].Value;

    private static Digest Compute(string path, string name, FileDigests files, bool isRootCounted, IReadOnlyList<FileSelector> selectors, CancellationToken cancellationToken)
    {
        using var root = RootedDirectory.Open(path);
        var hasher = new TreeHash(root, files, isRootCounted, cancellationToken);
        try
        {
            return Digest.Of(string.Join('\0', selectors.Select(hasher.Hash)));
        }
        catch (NotFoundException error)
        {
            // The words are BuildKit's: tools look for them.
            throw new NotFoundException($"failed to compute cache key: failed to calculate checksum of ref {name}: {error.Message}", error) { MissingPath = error.MissingPath, FirstMissing = error.FirstMissing, Siblings = error.Siblings };
        }
    }
}
