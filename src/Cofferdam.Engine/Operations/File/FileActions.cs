using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>The actions of a file operation that read no other file system.</summary>
internal static class FileActions
{
    private const uint Permissions = 0x1ff;

    public static void MakeDirectory(WorkingTree tree, FileActionMkDir action, FileOwner? owner)
    {
        var path = tree.View.ResolvePath(action.Path);
        var mode = (uint)action.Mode & Permissions;
        if (action.MakeParents)
        {
            tree.MakeDirectories(path, mode, owner, WorkingTree.Time(action.Timestamp));
            return;
        }

        if (tree.View.TryStat(path, out _))
        {
            return;
        }

        RequireDirectory(tree, WorkingTree.Parent(path), "mkdir", action.Path);
        tree.MakeDirectory(path, mode, owner ?? default);
        if (WorkingTree.Time(action.Timestamp) is { } time)
        {
            tree.KeepTime(path, time);
        }
    }

    public static void MakeFile(WorkingTree tree, FileActionMkFile action, FileOwner? owner)
    {
        var path = tree.View.ResolvePath(action.Path);
        RequireDirectory(tree, WorkingTree.Parent(path), "open", action.Path);
        var exists = tree.View.TryStat(path, out var stat);
        if (exists && !stat.IsRegular)
        {
            throw new LinuxException(stat.IsDirectory ? Errno.EISDIR : Errno.EINVAL, "open", action.Path);
        }

        // A file that is there keeps its mode, and its owner unless one is given.
        var mode = exists ? stat.Mode : (uint)action.Mode & Permissions;
        var (uid, gid) = owner ?? (exists ? new FileOwner(stat.Uid, stat.Gid) : default);
        tree.BringUp(WorkingTree.Parent(path));
        tree.Upper.RemoveTree(path);
        using var file = tree.Upper.CreateFile(path, mode);
        RandomAccess.Write(file, action.Data.Span, 0);
        RootedDirectory.SetOwner(file, uid, gid);
        RootedDirectory.SetMode(file, mode);
        if (WorkingTree.Time(action.Timestamp) is { } time)
        {
            RootedDirectory.SetTimes(file, time, time);
        }
    }

    public static void MakeSymlink(WorkingTree tree, FileActionSymlink action, FileOwner? owner)
    {
        var path = tree.View.ResolvePath(action.Newpath, followLast: false);
        RequireDirectory(tree, WorkingTree.Parent(path), "symlink", action.Newpath);
        if (tree.View.TryStat(path, out _))
        {
            throw new LinuxException(Errno.EEXIST, "symlink", action.Newpath);
        }

        tree.BringUp(WorkingTree.Parent(path));
        tree.Upper.RemoveTree(path);
        tree.Upper.MakeSymlink(action.Oldpath, path);
        tree.View.Forget();
        var (uid, gid) = owner ?? default;
        tree.Upper.SetOwner(path, uid, gid);
        if (WorkingTree.Time(action.Timestamp) is { } time)
        {
            tree.Upper.SetTimes(path, time, time);
        }
    }

    public static void Remove(WorkingTree tree, FileActionRm action)
    {
        if (!action.AllowWildcard)
        {
            Remove(tree, action.Path, action.AllowNotFound);
            return;
        }

        var (literal, pattern) = SourceTree.SplitWildcards(action.Path);
        var matches = new List<string>();
        if (pattern.Length == 0)
        {
            matches.Add(literal);
        }
        else
        {
            Match(tree.View, tree.View.ResolvePath(literal, followLast: false), "", pattern, matches);
        }

        foreach (var path in matches)
        {
            Remove(tree, path, action.AllowNotFound);
        }
    }

    private static void Remove(WorkingTree tree, string path, bool allowNotFound)
    {
        var clean = SourceTree.Clean(path);
        if (clean.Length == 0)
        {
            throw new InvalidInputException($"remove {Quote.Text(path)}: the root cannot be removed");
        }

        var target = tree.View.ResolvePath(clean, followLast: false);
        if (tree.View.TryStat(target, out _))
        {
            tree.BringUp(WorkingTree.Parent(target));
            tree.View.Remove(target);
        }
        else if (!allowNotFound)
        {
            throw new NotFoundException($"remove {Quote.Text(path)}: no such file or directory");
        }
    }

    private static void Match(MergedView view, string start, string below, string pattern, List<string> matches)
    {
        var depth = below.Length == 0 ? 0 : below.Count(character => character == '/') + 1;
        foreach (var name in view.List(WorkingTree.Join(start, below).TrimEnd('/')))
        {
            var relative = WorkingTree.Join(below, name);
            if (GoPathMatch.IsMatch(pattern, relative))
            {
                matches.Add(WorkingTree.Join(start, relative));
            }
            else if (depth < pattern.Count(character => character == '/') && view.TryStat(WorkingTree.Join(start, relative), out var stat) && stat.IsDirectory)
            {
                Match(view, start, relative, pattern, matches);
            }
        }
    }

    private static void RequireDirectory(WorkingTree tree, string directory, string operation, string path)
    {
        if (!tree.View.TryStat(directory, out var stat))
        {
            throw new LinuxException(Errno.ENOENT, operation, path);
        }

        if (!stat.IsDirectory)
        {
            throw new LinuxException(Errno.ENOTDIR, operation, path);
        }
    }
}
