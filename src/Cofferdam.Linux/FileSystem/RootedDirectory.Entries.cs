using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

public sealed partial class RootedDirectory
{
    private const uint DefaultDirectoryMode = 0x1ed; // 0755

    /// <summary>Opens a regular file or directory for reading; a symlink is refused with ELOOP.</summary>
    public SafeFileHandle OpenRead(string path) => OpenAt(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

    /// <summary>Opens a file for reading; symlinks are followed inside the root.</summary>
    public SafeFileHandle OpenReadFollowing(string path) => OpenBeneath(path, O_RDONLY | O_NONBLOCK, 0);

    /// <summary>Opens an existing regular file for reading and writing, its content kept; a symlink is refused.</summary>
    public SafeFileHandle OpenWrite(string path) => OpenAt(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0);

    /// <summary>Makes a new file for reading and writing; one that is there is an error (EEXIST). The process's umask takes part: set the mode after.</summary>
    public SafeFileHandle CreateFile(string path, uint mode) => OpenAt(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode);

    /// <summary>Opens a directory; a symlink is refused.</summary>
    public SafeFileHandle OpenDirectory(string path) => OpenAt(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

    /// <summary>The names in a directory, in the order of their bytes.</summary>
    public IReadOnlyList<string> ListNames(string path)
    {
        using var directory = OpenDirectory(path.Length == 0 ? "." : path);
        var names = DirectoryNames.Read(directory, path);
        var result = new List<string>();
        while (names.MoveNext())
        {
            result.Add(names.Current);
        }

        return result;
    }

    /// <summary>Makes a directory. The process's umask takes part.</summary>
    public void MakeDirectory(string path, uint mode)
    {
        if (!TryMakeDirectory(path, mode))
        {
            throw new LinuxException(Errno.EEXIST, "mkdirat", path);
        }
    }

    /// <summary>Makes a directory; false when something has the name already.</summary>
    public bool TryMakeDirectory(string path, uint mode)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            if (mkdirat(parent, buffer.First, mode) == 0)
            {
                return true;
            }

            return Marshal.GetLastPInvokeError() == Errno.EEXIST ? false : throw LinuxException.Last("mkdirat", path);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Makes every missing directory of a path, symlinks to directories followed inside the root, and returns the ones made, outermost first.</summary>
    public IReadOnlyList<string> MakeDirectories(string path, uint mode = DefaultDirectoryMode)
    {
        var missing = new List<string>();
        var canonical = ResolvePath(path);
        for (var at = canonical; at.Length > 0; at = Split(at).Directory)
        {
            if (TryStat(at, out var stat))
            {
                if (!stat.IsDirectory)
                {
                    throw new LinuxException(Errno.ENOTDIR, "mkdirat", path);
                }

                break;
            }

            missing.Add(at);
        }

        missing.Reverse();
        foreach (var directory in missing)
        {
            TryMakeDirectory(directory, mode);
        }

        return missing;
    }

    /// <summary>Makes a symbolic link with any text as its target.</summary>
    public void MakeSymlink(string target, string path)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        var targetBuffer = new PathBuffer(target, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Check(symlinkat(targetBuffer.First, parent, buffer.First), "symlinkat", path);
        }
        finally
        {
            buffer.Dispose();
            targetBuffer.Dispose();
        }
    }

    /// <summary>Gives a file a second name. Both are inside the root; a symlink at <paramref name="existing"/> is linked itself, not what it leads to.</summary>
    public void MakeHardLink(string existing, string path)
    {
        var (existingDirectory, existingName) = Split(existing);
        using var from = OpenBeneath(existingDirectory, O_PATH | O_DIRECTORY, 0);
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        var existingBuffer = new PathBuffer(existingName, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Check(linkat(from, existingBuffer.First, parent, buffer.First, 0), "linkat", path);
        }
        finally
        {
            buffer.Dispose();
            existingBuffer.Dispose();
        }
    }

    /// <summary>Gives an entry, which is no directory, one more name in another root; false where that cannot be: on another file system or mount, or with too many names.</summary>
    public bool TryLink(string existing, RootedDirectory target, string path) => target.TryLinkFrom(Parent(existing, out var name), name, path);

    internal bool TryLinkFrom(SafeFileHandle directory, string existing, string path)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        var existingBuffer = new PathBuffer(existing, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            if (linkat(directory, existingBuffer.First, parent, buffer.First, 0) == 0)
            {
                return true;
            }

            return Marshal.GetLastPInvokeError() is Errno.EXDEV or Errno.EMLINK or Errno.EPERM or Errno.EOPNOTSUPP ? false : throw LinuxException.Last("linkat", path);
        }
        finally
        {
            buffer.Dispose();
            existingBuffer.Dispose();
        }
    }

    /// <summary>Makes a device node, named pipe or socket.</summary>
    public void MakeNode(string path, FileType type, uint mode, DeviceNumber device)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Check(mknodat(parent, buffer.First, (uint)type | mode, device.Packed), "mknodat", path);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Gives an entry another name, replacing what has that name.</summary>
    public void Rename(string from, string to)
    {
        var (fromDirectory, fromName) = Split(from);
        using var source = OpenBeneath(fromDirectory, O_PATH | O_DIRECTORY, 0);
        var parent = Parent(to, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        var fromBuffer = new PathBuffer(fromName, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Check(renameat(source, fromBuffer.First, parent, buffer.First), "renameat", from);
        }
        finally
        {
            buffer.Dispose();
            fromBuffer.Dispose();
            Forget();
        }
    }

    /// <summary>Removes an entry that is no directory; false when there is none.</summary>
    public bool RemoveFile(string path) => Unlink(path, 0);

    /// <summary>Removes an empty directory; false when there is none.</summary>
    public bool RemoveDirectory(string path) => Unlink(path, AT_REMOVEDIR);

    private bool Unlink(string path, int flags)
    {
        var parent = ParentOrNone(path, out var name);
        if (parent is null)
        {
            return false;
        }

        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            if (unlinkat(parent, buffer.First, flags) < 0)
            {
                return Marshal.GetLastPInvokeError() == Errno.ENOENT ? false : throw LinuxException.Last("unlinkat", path);
            }
        }
        finally
        {
            buffer.Dispose();
        }

        Forget();
        return true;
    }

    private SafeFileHandle? ParentOrNone(string path, out string name)
    {
        try
        {
            return Parent(path, out name);
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            name = "";
            return null;
        }
    }

    private SafeFileHandle OpenAt(string path, int flags, uint mode)
    {
        var parent = Parent(path, out var name);
        return OpenAt(parent, name, flags, mode, path);
    }

    internal static SafeFileHandle OpenAt(SafeFileHandle directory, string name, int flags, uint mode, string subject)
    {
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            return Own(openat(directory, buffer.First, flags | O_CLOEXEC, mode), "openat", subject);
        }
        finally
        {
            buffer.Dispose();
        }
    }
}
