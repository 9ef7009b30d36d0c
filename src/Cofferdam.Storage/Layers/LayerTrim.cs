using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>Makes an overlay's unmounted upper directory the difference to what is below it: what was brought up but is as it was goes, and directories that
/// hide what is below name it instead. This is what BuildKit takes into a layer.</summary>
internal sealed class LayerTrim
{
    private const int BufferBytes = 128 * 1024;

    private readonly RootedDirectory _upper;
    private readonly MergedView _below;
    private readonly CancellationToken _cancellationToken;

    private LayerTrim(RootedDirectory upper, MergedView below, CancellationToken cancellationToken) =>
        (_upper, _below, _cancellationToken) = (upper, below, cancellationToken);

    /// <summary>Trims an upper directory over lower ones, of which there is at least one, topmost first.</summary>
    internal static void Run(string upperPath, IReadOnlyList<string> lowerPaths, CancellationToken cancellationToken)
    {
        using var upper = RootedDirectory.Open(upperPath);
        using var top = RootedDirectory.Open(lowerPaths[0]);
        using var below = new MergedView(top, lowerPaths.Skip(1));
        new LayerTrim(upper, below, cancellationToken).TrimDirectory("", hidesBelow: false);
    }

    /// <summary>Trims a directory that is also below; false when nothing is left in it.</summary>
    private bool TrimDirectory(string directory, bool hidesBelow)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var modified = _upper.Stat(directory).Modified;
        var (isLeft, isTouched) = (false, false);
        var names = _upper.ListNames(directory);
        foreach (var name in names)
        {
            var isKept = TrimEntry(MergedView.Join(directory, name), hidesBelow);
            isLeft |= isKept;
            isTouched |= !isKept;
        }

        if (hidesBelow)
        {
            foreach (var name in _below.List(directory).Except(names, StringComparer.Ordinal))
            {
                _upper.MakeNode(MergedView.Join(directory, name), FileType.CharacterDevice, 0, default);
                isLeft = isTouched = true;
            }
        }

        if (isTouched)
        {
            _upper.SetTimes(directory, modified, modified);
        }

        return isLeft;
    }

    /// <summary>Trims an entry; false when it is gone.</summary>
    private bool TrimEntry(string path, bool hidesBelow)
    {
        var stat = _upper.Stat(path);
        var isBelow = _below.TryStat(path, out var old);
        if (stat.IsWhiteout)
        {
            return isBelow || !_upper.RemoveFile(path);
        }

        if (stat.IsDirectory)
        {
            var isOpaque = OverlayMarks.IsOpaque(_upper, path);
            var isLeft = !isBelow || !old.IsDirectory || TrimDirectory(path, hidesBelow || isOpaque);
            if (isOpaque)
            {
                OverlayMarks.RemoveOpaque(_upper, path);
            }

            return isLeft || !HasSameAttributes(path, stat, old) || !_upper.RemoveDirectory(path);
        }

        return !isBelow || !IsSameFile(path, stat, old) || !_upper.RemoveFile(path);
    }

    private bool HasSameAttributes(string path, in FileStat stat, in FileStat old) =>
        stat.Type == old.Type && stat.Mode == old.Mode && stat.Uid == old.Uid && stat.Gid == old.Gid && Xattrs(_upper, path).SequenceEqual(Xattrs(_below.Holder(path), path));

    private bool IsSameFile(string path, in FileStat stat, in FileStat old)
    {
        if (stat.Device == old.Device && stat.Inode == old.Inode)
        {
            return true;
        }

        return stat.Size == old.Size && stat.Modified == old.Modified && stat.RawDevice == old.RawDevice && HasSameAttributes(path, stat, old) && stat.Type switch
        {
            FileType.Regular => HasSameContent(path, stat.Size),
            FileType.Symlink => _upper.ReadLink(path) == _below.ReadLink(path),
            _ => true,
        };
    }

    private bool HasSameContent(string path, long size)
    {
        using var left = _upper.OpenRead(path);
        using var right = _below.OpenRead(path);
        byte[] buffer = new byte[(int)Math.Min(size, BufferBytes)], other = new byte[buffer.Length];
        for (var at = 0L; at < size;)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(left, buffer, at);
            var same = RandomAccess.Read(right, other.AsSpan(0, read), at);
            if (read == 0 || same == 0 || !buffer.AsSpan(0, same).SequenceEqual(other.AsSpan(0, same)))
            {
                return false;
            }

            at += same;
        }

        return true;
    }

    private static IEnumerable<string> Xattrs(RootedDirectory root, string path) =>
        root.ListXattrs(path).Where(name => !OverlayMarks.IsOwn(name)).Order(StringComparer.Ordinal).Select(name => name + "=" + Convert.ToHexString(root.GetXattr(path, name) ?? []));
}
