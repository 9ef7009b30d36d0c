using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

internal sealed partial class CopyAction
{
    private async Task CopyTreeAsync(string source, FileStat stat, string target, CancellationToken cancellationToken)
    {
        var include = System.Collections.Immutable.ImmutableArray.CreateRange(_action.IncludePatterns);
        var pending = new Stack<PendingDirectory>();
        var later = new List<LinksAhead.Link>();
        await using var links = new LinksAhead(_source, _tree.Upper);
        var top = new PendingDirectory(target, -1, stat, () => _source.ListXattrs(source), attribute => _source.GetXattr(source, attribute));
        if (include.IsEmpty)
        {
            MakeDirectory(top, isTop: true);
        }
        else
        {
            pending.Push(top);
        }

        foreach (var (at, isTaken) in SourceTree.Walk(_source, source, include, [.. _action.ExcludePatterns]))
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (pending.TryPeek(out var last) && last.Depth >= at.Depth)
            {
                pending.Pop();
            }

            var path = WorkingTree.Join(target, at.Path);
            if (at.Stat.IsDirectory)
            {
                // The walker has gone on when a directory that was passed through is made: it is read by its path.
                var from = WorkingTree.Join(source, at.Path);
                pending.Push(new PendingDirectory(path, at.Depth, at.Stat, () => _source.ListXattrs(from), attribute => _source.GetXattr(from, attribute)));
            }

            if (!isTaken)
            {
                continue;
            }

            MakePending(pending);
            if (at.Stat.IsDirectory)
            {
                continue;
            }

            await CopyEntryAsync(new SourceEntry(at, WorkingTree.Join(source, at.Path)), path, links, later, cancellationToken);
        }

        foreach (var link in await links.FinishAsync())
        {
            CopyUnlinked(new SourceEntry(_source, link.From, link.Stat), link.To);
        }

        _fresh.Clear();
        _ahead.Clear();
        foreach (var link in later)
        {
            RemoveIfReplaced(link.To, link.Stat);
            CopyFile(new SourceEntry(_source, link.From, link.Stat), link.To);
        }
    }

    private async ValueTask CopyEntryAsync(SourceEntry entry, string target, LinksAhead links, List<LinksAhead.Link> later, CancellationToken cancellationToken)
    {
        if (IsLinkedAhead(entry, target))
        {
            await links.AddAsync(new LinksAhead.Link(entry.Path, target, entry.Stat), cancellationToken);
        }
        else if (entry.Stat.Links > 1 && _ahead.Contains(LinkKey(entry)))
        {
            later.Add(new LinksAhead.Link(entry.Path, target, entry.Stat)); // a name of a file that may not have its first yet
        }
        else
        {
            RemoveIfReplaced(target, entry.Stat);
            CopyFile(entry, target);
        }
    }

    // Only where nothing else can be. Of a file with several names in the tree all become links, or none.
    private bool IsLinkedAhead(in SourceEntry source, string target)
    {
        if (!source.Stat.IsRegular || !_fresh.Contains(WorkingTree.Parent(target)) || !KeepsAttributes(source.Stat) || source.ListXattrs().Count > 0)
        {
            return false;
        }

        if (source.Stat.Links == 1)
        {
            return _tree.ClaimLink(source.Stat);
        }

        var key = LinkKey(source);
        if (_links.ContainsKey(key))
        {
            return _ahead.Contains(key);
        }

        return _tree.ClaimLink(source.Stat) && _links.TryAdd(key, target) && _ahead.Add(key);
    }

    // A file of which no more names can be made here.
    private void CopyUnlinked(in SourceEntry source, string target)
    {
        if (source.Stat.Links > 1 && _links[LinkKey(source)] is var first && first != target)
        {
            _tree.Upper.MakeHardLink(first, target);
        }
        else
        {
            CopyData(source, target, []);
        }
    }

    private (DeviceNumber Device, ulong Inode, int Layer) LinkKey(in SourceEntry source) => (source.Stat.Device, source.Stat.Inode, _layers.Find(source.Path));

    private void MakePending(Stack<PendingDirectory> pending)
    {
        foreach (var directory in pending.Reverse())
        {
            MakeDirectory(directory, isTop: directory.Depth < 0);
        }

        pending.Clear();
    }

    /// <summary>Makes a directory like its source. One that is there keeps its attributes when it is the top, but for the time, or when only a part of the source is copied.</summary>
    private void MakeDirectory(PendingDirectory directory, bool isTop)
    {
        RemoveIfReplaced(directory.Target, directory.Stat);
        if (View.TryStat(directory.Target, out var existing))
        {
            if (!existing.IsDirectory)
            {
                throw new InvalidInputException($"cannot copy to non-directory: /{directory.Target}");
            }

            _tree.BringUp(directory.Target);
            if (isTop)
            {
                _tree.KeepTime(directory.Target, _time ?? directory.Stat.Modified); // as BuildKit does: the source's
                return;
            }

            if (_action.IncludePatterns.Count > 0)
            {
                _tree.Upper.SetMode(directory.Target, directory.Stat.Mode);
                _tree.KeepTime(directory.Target, existing.Modified);
                return;
            }
        }
        else
        {
            _tree.BringUp(WorkingTree.Parent(directory.Target));
            View.MakeDirectory(directory.Target, directory.Stat.Mode);
            _fresh.Add(directory.Target);
        }

        SetAttributes(directory.Target, directory.Stat, directory.Attributes(), directory.Attribute);
        _tree.KeepTime(directory.Target, _time ?? directory.Stat.Modified);
    }

    private void CopyFile(SourceEntry source, string target)
    {
        var stat = source.Stat;
        ClearTarget(target);
        switch (stat.Type)
        {
            case FileType.Regular:
                CopyContent(source, target);
                return;
            case FileType.Symlink:
                _tree.Upper.MakeSymlink(source.ReadLink(), target);
                View.Forget();
                break;
            case FileType.CharacterDevice or FileType.BlockDevice or FileType.Fifo:
                _tree.Upper.MakeNode(target, stat.Type, stat.Mode, stat.RawDevice);
                break;
            default:
                // Nothing can be done with a socket that nobody listens on.
                return;
        }

        SetAttributes(target, stat, source.ListXattrs(), source.GetXattr);
        var time = _time ?? stat.Modified;
        _tree.Upper.SetTimes(target, time, time);
    }

    private void CopyContent(SourceEntry source, string target)
    {
        var stat = source.Stat;
        if (stat.Links > 1 && LinkKey(source) is var file && !_links.TryAdd(file, target))
        {
            _tree.Upper.MakeHardLink(_links[file], target);
            return;
        }

        var attributes = source.ListXattrs();
        if (attributes.Count == 0 && KeepsAttributes(stat) && _tree.TryLink(stat, source.TryLink, target))
        {
            return;
        }

        CopyData(source, target, attributes);
    }

    private void CopyData(in SourceEntry source, string target, IReadOnlyList<string> attributes)
    {
        var stat = source.Stat;
        using var from = source.OpenRead();
        using var to = _tree.Upper.CreateFile(target, 0x180);
        _copy.Copy(from, to, stat);
        var (uid, gid) = _owner ?? new FileOwner(stat.Uid, stat.Gid);
        RootedDirectory.SetOwner(to, uid, gid);
        CopyXattrs(target, attributes, source.GetXattr);
        RootedDirectory.SetMode(to, _mode?.Apply(stat.Mode, isDirectory: false) ?? stat.Mode);
        var time = _time ?? stat.Modified;
        RootedDirectory.SetTimes(to, time, time);
    }

    private bool KeepsAttributes(in FileStat stat) =>
        (_owner is not { } owner || owner == new FileOwner(stat.Uid, stat.Gid))
        && (_mode is null || _mode.Apply(stat.Mode, isDirectory: false) == stat.Mode)
        && (_time is not { } time || time == stat.Modified);

    private void ClearTarget(string target)
    {
        var parent = WorkingTree.Parent(target);
        if (_fresh.Contains(parent))
        {
            return; // This walk made the directory, and comes to each name once.
        }

        if (!View.IsUpperOnly(parent) && View.TryStat(target, out var merged) && merged.IsDirectory)
        {
            throw new InvalidInputException($"cannot replace to directory /{target} with file");
        }

        if (!_tree.Upper.TryStat(target, out var stat))
        {
            return;
        }

        if (stat.IsDirectory)
        {
            throw new InvalidInputException($"cannot replace to directory /{target} with file");
        }

        _tree.Upper.RemoveFile(target);
        View.Forget();
    }

    private void SetAttributes(string target, in FileStat stat, IReadOnlyList<string> attributes, Func<string, byte[]?> attribute)
    {
        var (uid, gid) = _owner ?? new FileOwner(stat.Uid, stat.Gid);
        _tree.Upper.SetOwner(target, uid, gid);
        CopyXattrs(target, attributes, attribute);
        if (!stat.IsSymlink)
        {
            _tree.Upper.SetMode(target, _mode?.Apply(stat.Mode, stat.IsDirectory) ?? stat.Mode);
        }
    }

    private void CopyXattrs(string target, IReadOnlyList<string> attributes, Func<string, byte[]?> read)
    {
        foreach (var attribute in attributes)
        {
            if (read(attribute) is { } value)
            {
                XattrWriter.Set(_tree.Upper, target, attribute, value);
            }
        }
    }

    /// <summary>A directory of the source that is made once something in it is copied.</summary>
    private sealed record PendingDirectory(string Target, int Depth, FileStat Stat, Func<IReadOnlyList<string>> Attributes, Func<string, byte[]?> Attribute);
}
