using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

public sealed partial class RootedDirectory
{
    private const int MaxLinks = 255;

    /// <summary>The path with every symlink resolved inside the root and without <c>.</c> and <c>..</c>; no slash before or after, empty for the root.
    /// What is not there stays as it is written.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followLast">Whether a symlink at the end is followed as well.</param>
    public string ResolvePath(string path, bool followLast = true)
    {
        var rest = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var done = new List<string>();
        var links = 0;
        while (rest.TryPop(out var name))
        {
            if (name == ".")
            {
                continue;
            }

            if (name == "..")
            {
                if (done.Count > 0)
                {
                    done.RemoveAt(done.Count - 1);
                }

                continue;
            }

            done.Add(name);
            var current = string.Join('/', done);
            if ((rest.Count == 0 && !followLast) || !TryStat(current, out var stat) || !stat.IsSymlink)
            {
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new LinuxException(Errno.ELOOP, "readlink", path);
            }

            var target = ReadLink(current);
            done.RemoveAt(done.Count - 1);
            if (target.StartsWith('/'))
            {
                done.Clear();
            }

            foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                rest.Push(part);
            }
        }

        return string.Join('/', done);
    }

    /// <summary>Removes an entry and all beneath it; false when there is none. Follows no symlink and crosses into no other mount (EXDEV).</summary>
    public bool RemoveTree(string path)
    {
        var (_, last) = Split(path);
        if (last == ".")
        {
            throw new LinuxException(Errno.EINVAL, "unlinkat", path);
        }

        var parent = ParentOrNone(path, out var name);
        if (parent is null || !TryStatAt(parent, name, path, out var stat))
        {
            return false;
        }

        if (!stat.IsDirectory)
        {
            return RemoveFile(path);
        }

        EmptyDirectory(parent, name, path);
        return RemoveDirectory(path);
    }

    /// <summary>Removes all that is in a directory and leaves it; see <see cref="RemoveTree"/>.</summary>
    public void RemoveChildren(string path)
    {
        var parent = Parent(path, out var name);
        EmptyDirectory(parent, name, path);
        Forget();
    }

    private static void EmptyDirectory(SafeFileHandle parent, string name, string subject)
    {
        var open = new Stack<(SafeFileHandle Directory, DirectoryNames Names, string Name)>();
        try
        {
            open.Push(OpenForRemoval(parent, name, subject));
            while (open.TryPeek(out var top))
            {
                if (!top.Names.MoveNext())
                {
                    open.Pop();
                    top.Directory.Dispose();
                    if (open.TryPeek(out var above))
                    {
                        UnlinkAt(above.Directory, top.Name, AT_REMOVEDIR, subject);
                    }

                    continue;
                }

                var child = top.Names.Current;
                if (top.Names.CurrentType == FileType.Directory || UnlinkAt(top.Directory, child, 0, subject) == Errno.EISDIR)
                {
                    open.Push(OpenForRemoval(top.Directory, child, subject));
                }
            }
        }
        finally
        {
            foreach (var (directory, _, _) in open)
            {
                directory.Dispose();
            }
        }
    }

    private static (SafeFileHandle Directory, DirectoryNames Names, string Name) OpenForRemoval(SafeFileHandle parent, string name, string subject)
    {
        var descriptor = TryOpenBeneath(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS);
        var directory = Own(descriptor, "openat2", subject);
        return (directory, DirectoryNames.Read(directory, subject), name);
    }

    private static int UnlinkAt(SafeFileHandle directory, string name, int flags, string subject)
    {
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            if (unlinkat(directory, buffer.First, flags) == 0)
            {
                return 0;
            }
        }
        finally
        {
            buffer.Dispose();
        }

        return Marshal.GetLastPInvokeError() is var error and (Errno.ENOENT or Errno.EISDIR) ? error : throw LinuxException.Last("unlinkat", subject);
    }
}
