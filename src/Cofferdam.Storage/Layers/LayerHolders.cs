using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>Tells which layer of a snapshot a file is in. Layers share inodes where a copy changed nothing: only in one layer are two names of an inode one file.</summary>
/// <param name="directories">The layers' directories, topmost first.</param>
public sealed class LayerHolders(IReadOnlyList<string> directories)
{
    /// <summary>Those of a snapshot.</summary>
    public static LayerHolders Of(ISnapshotter snapshotter, Snapshot snapshot) => new([.. snapshot.Layers.Reverse().Select(snapshotter.GetLayerDirectory)]);

    /// <summary>The number of the layer that a path is in, topmost first; -1 when in none.</summary>
    public int Find(string path)
    {
        if (directories.Count < 2)
        {
            return 0;
        }

        for (var i = 0; i < directories.Count; i++)
        {
            using var layer = RootedDirectory.Open(directories[i]);
            if (layer.TryStat(path, out _))
            {
                return i;
            }
        }

        return -1;
    }
}
