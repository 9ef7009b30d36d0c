using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>Takes out of an upper directory what overlayfs brought up and nobody changed: directories that something was only made and removed in, files whose mode
/// was set to what it was. A layer has none of these, as with BuildKit (util/overlay).</summary>
internal sealed class UnchangedEntries : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly RootedDirectory _upper;
    private readonly RootedDirectory _highest;
    private readonly MergedView _below;

    private UnchangedEntries(string upperPath, IReadOnlyList<string> lowerPaths)
    {
        _upper = RootedDirectory.Open(upperPath);
        _highest = RootedDirectory.Open(lowerPaths[0]);
        _below = new MergedView(_highest, lowerPaths.Skip(1));
    }

    /// <summary>Removes the entries of an upper directory that are as in the lower ones, topmost first. Nothing may be mounted of it.</summary>
    public static void Remove(string upperPath, IReadOnlyList<string> lowerPaths)
    {
        using var entries = new UnchangedEntries(upperPath, lowerPaths);
        entries.Remove();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _below.Dispose();
        _highest.Dispose();
        _upper.Dispose();
    }

    private void Remove()
    {
        var directories = new Stack<string>();
        var files = new List<string>();
        using (var walker = new DirectoryWalker(_upper))
        {
            while (walker.MoveNext())
            {
                var stat = walker.Stat;
                if (stat.IsWhiteout || !_below.TryStat(walker.Path, out var below) || below.Type != stat.Type || OverlayMarks.NamesOpaque(walker.ListXattrs()))
                {
                    walker.SkipChildren(); // All in it is new.
                }
                else if (stat.IsDirectory)
                {
                    if (HasSameAttributes(walker.Path, stat, below))
                    {
                        directories.Push(walker.Path);
                    }
                }
                else if (stat.Links == 1 && HasSameAttributes(walker.Path, stat, below) && HasSameContent(walker.Path, stat, below))
                {
                    files.Add(walker.Path);
                }
            }
        }

        files.ForEach(path => _upper.RemoveFile(path));
        foreach (var path in directories.Where(path => _upper.ListNames(path).Count == 0))
        {
            _upper.RemoveDirectory(path);
        }
    }

    private bool HasSameAttributes(string path, in FileStat stat, in FileStat below) =>
        (stat.Mode, stat.Uid, stat.Gid, stat.RawDevice) == (below.Mode, below.Uid, below.Gid, below.RawDevice) && XattrsOf(_upper, path).SequenceEqual(XattrsOf(path));

    private IEnumerable<string> XattrsOf(string path) => _below.WithLayerOf(path, layer => XattrsOf(layer, path));

    private static string[] XattrsOf(RootedDirectory root, string path) =>
        [.. root.ListXattrs(path).Where(name => !OverlayMarks.IsOwn(name)).Order(StringComparer.Ordinal).Select(name => $"{name}={Convert.ToHexString(root.GetXattr(path, name) ?? [])}")];

    // Times without parts of a second are those of a tar, and tell less.
    private bool HasSameContent(string path, in FileStat stat, in FileStat below)
    {
        if (stat.Size != below.Size || stat.Modified != below.Modified)
        {
            return false;
        }

        return stat.Type switch
        {
            FileType.Symlink => _upper.ReadLink(path) == _below.ReadLink(path),
            FileType.Regular when stat.Modified.Nanoseconds == 0 => HasSameBytes(path),
            _ => true,
        };
    }

    private bool HasSameBytes(string path)
    {
        using var upper = _upper.OpenRead(path);
        using var below = _below.OpenRead(path);
        byte[] first = new byte[BufferBytes], second = new byte[BufferBytes];
        for (var at = 0L; ; at += BufferBytes)
        {
            var read = RandomAccess.Read(upper, first, at);
            if (RandomAccess.Read(below, second, at) != read || !first.AsSpan(0, read).SequenceEqual(second.AsSpan(0, read)))
            {
                return false;
            }

            if (read < BufferBytes)
            {
                return true;
            }
        }
    }
}
