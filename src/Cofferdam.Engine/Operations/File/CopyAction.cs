using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>The copy action of a file operation, with the semantics of BuildKit's.</summary>
internal sealed partial class CopyAction
{
    private const uint ParentMode = 0x1ed; // 0755

    private readonly WorkingTree _tree;
    private readonly RootedDirectory _source;
    private readonly FileActionCopy _action;
    private readonly FileOwner? _owner;
    private readonly ModeChange? _mode;
    private readonly FileTime? _time;
    private readonly FileCopy _copy = new();
    private readonly LayerHolders _layers;
    private readonly Dictionary<(DeviceNumber Device, ulong Inode, int Layer), string> _links = [];
    private readonly HashSet<(DeviceNumber Device, ulong Inode, int Layer)> _ahead = []; // those of them that are linked ahead
    private readonly HashSet<string> _fresh = new(StringComparer.Ordinal); // directories that the walk under way has made

    /// <param name="tree">Where it is copied to.</param>
    /// <param name="source">The tree it comes from.</param>
    /// <param name="layers">The source's layers.</param>
    /// <param name="action">What is copied.</param>
    /// <param name="owner">Whose it becomes; null leaves the source's owner.</param>
    public CopyAction(WorkingTree tree, RootedDirectory source, LayerHolders layers, FileActionCopy action, FileOwner? owner)
    {
        (_tree, _source, _layers, _action, _owner) = (tree, source, layers, action, owner);
        _mode = ModeChange.Of(action.Mode, action.ModeStr);
        _time = WorkingTree.Time(action.Timestamp);
    }

    // BuildKit gives such a mode, and no symbolic one, also to the directories that it makes for what it copies.
    private uint DirectoryMode => _action.ModeStr.Length == 0 && _action.Mode != -1 ? (uint)_action.Mode & 0x1ff : ParentMode;

    private MergedView View => _tree.View;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!_action.CreateDestPath)
        {
            var destination = View.ResolvePath(_action.Dest);
            if (!View.TryStat(WorkingTree.Parent(destination), out _))
            {
                throw new NotFoundException($"failed to stat {_action.Dest}: no such file or directory");
            }
        }

        var matches = SourceTree.Match(_source, _action.Src, _action.AllowWildcard, _action.FollowSymlink);
        if (matches.Count == 0 && !_action.AllowEmptyWildcard)
        {
            throw new NotFoundException($"{_action.Src} not found");
        }

        foreach (var match in matches)
        {
            // A match is named by the path as written, but read through symlinks.
            var name = matches.Count == 1 && !(_action.AllowWildcard && SourceTree.HasWildcards(_action.Src)) ? SourceTree.Clean(_action.Src) : match;
            var path = _action.FollowSymlink ? _source.ResolvePath(match) : match;
            if (_action.AttemptUnpackDockerCompatibility && await TryUnpackAsync(path, cancellationToken))
            {
                continue;
            }

            _links.Clear();
            await CopyAsync(path, name, cancellationToken);
        }
    }

    private async Task<bool> TryUnpackAsync(string path, CancellationToken cancellationToken)
    {
        var resolved = _source.ResolvePath(path);
        if (!_source.TryStat(resolved, out var stat) || !stat.IsRegular || stat.Size == 0)
        {
            return false;
        }

        await using var archive = new FileStream(_source.OpenRead(resolved), FileAccess.Read, 1);
        if (!await TarExtractor.IsArchiveAsync(archive, cancellationToken))
        {
            return false;
        }

        archive.Position = 0;
        var target = View.ResolvePath(_action.Dest);
        _tree.MakeDirectories(target, ParentMode, _owner, _time);
        _tree.BringUp(target);
        using var directory = View.OpenDirectory(target);
        await TarExtractor.ExtractAsync(archive, directory, _owner is { } owner ? (owner.Uid, owner.Gid) : null, cancellationToken);
        View.Forget();
        _tree.Upper.Forget();
        return true;
    }

    private async Task CopyAsync(string source, string name, CancellationToken cancellationToken)
    {
        if (!_source.TryStat(source, out var stat) || stat.IsWhiteout)
        {
            throw SourceTree.NotFound(_source, name);
        }

        CheckRequired();
        var endsInName = _action.Dest.Length > 0 && _action.Dest[^1] != '/' && WorkingTree.BaseName(_action.Dest) != ".";
        var ensured = View.ResolvePath(endsInName ? WorkingTree.Parent(_action.Dest) : _action.Dest);
        _tree.MakeDirectories(ensured, DirectoryMode, _owner, _time);
        var target = PrepareTarget(stat, name);
        if (stat.IsDirectory)
        {
            await CopyTreeAsync(source, stat, target, cancellationToken);
            return;
        }

        _tree.BringUp(WorkingTree.Parent(target));
        RemoveIfReplaced(target, stat);
        CopyFile(new SourceEntry(_source, source, stat), target);
    }

    private void CheckRequired()
    {
        foreach (var required in _action.RequiredPaths)
        {
            // It is named from the root of the tree.
            if (!_source.Exists(_source.ResolvePath(required, followLast: false)))
            {
                throw SourceTree.NotFound(_source, required);
            }
        }
    }

    /// <summary>Where the source goes: into a directory that is there under its own name, unless its content is what is copied.</summary>
    private string PrepareTarget(in FileStat source, string name)
    {
        var target = View.ResolvePath(_action.Dest);
        var exists = View.TryStat(target, out var stat);
        var intoDirectory = source.IsDirectory ? !_action.DirCopyContents && exists : exists && stat.IsDirectory;
        if (intoDirectory && WorkingTree.BaseName(SourceTree.Clean(name)) is { Length: > 0 } baseName)
        {
            target = WorkingTree.Join(target, baseName);
        }

        var parent = _action.DirCopyContents && source.IsDirectory && !exists ? target : WorkingTree.Parent(target);
        _tree.MakeDirectories(parent, DirectoryMode, _owner, _time);
        return target;
    }

    private void RemoveIfReplaced(string target, in FileStat source)
    {
        if (_action.AlwaysReplaceExistingDestPaths && View.TryStat(target, out var existing) && !(existing.IsDirectory && source.IsDirectory))
        {
            View.Remove(target);
        }
    }
}
