using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

public sealed partial class RootedDirectory
{
    /// <summary>What is known of an entry; a symlink is not followed.</summary>
    public FileStat Stat(string path) => StatAt(Parent(path, out var name), name, path);

    /// <summary>What is known of an entry; false when there is none. A symlink is not followed.</summary>
    public bool TryStat(string path, out FileStat stat)
    {
        stat = default;
        return ParentOrNone(path, out var name) is { } parent && TryStatAt(parent, name, path, out stat);
    }

    /// <summary>Whether an entry is there; a symlink that leads nowhere is.</summary>
    public bool Exists(string path) => TryStat(path, out _);

    /// <summary>What is known of an opened file.</summary>
    public static FileStat Stat(SafeFileHandle file)
    {
        var empty = (byte)0;
        Check(statx(file, empty, AT_EMPTY_PATH, StatxBuffer.Mask, out var buffer), "statx", "");
        return buffer.ToStat();
    }

    /// <summary>Gives an entry an owner; a symlink gets it itself. Clears set-user and set-group bits of files, so set the mode after.</summary>
    public void SetOwner(string path, uint uid, uint gid)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Check(fchownat(parent, buffer.First, uid, gid, AT_SYMLINK_NOFOLLOW), "fchownat", path);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Gives an opened file an owner.</summary>
    public static void SetOwner(SafeFileHandle file, uint uid, uint gid) => Check(fchown(file, uid, gid), "fchown", "");

    /// <summary>Sets the permission bits (07777) of an entry that is no symlink; those have none, and EOPNOTSUPP is the answer.</summary>
    public void SetMode(string path, uint mode)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            if (fchmodat2(SYS_fchmodat2, parent, buffer.First, mode, AT_SYMLINK_NOFOLLOW) == 0)
            {
                return;
            }

            if (Marshal.GetLastPInvokeError() is not (Errno.ENOSYS or Errno.EPERM))
            {
                throw LinuxException.Last("fchmodat2", path);
            }
        }
        finally
        {
            buffer.Dispose();
        }

        SetModeByHandle(parent, name, mode, path);
    }

    /// <summary>Sets the permission bits (07777) of an opened file.</summary>
    public static void SetMode(SafeFileHandle file, uint mode) => Check(fchmod(file, mode), "fchmod", "");

    /// <summary>Sets when an entry was accessed and modified; a symlink gets it itself.</summary>
    public void SetTimes(string path, FileTime accessed, FileTime modified)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Check(utimensat(parent, buffer.First, Pair(accessed, modified), AT_SYMLINK_NOFOLLOW), "utimensat", path);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Sets when an opened file was accessed and modified.</summary>
    public static void SetTimes(SafeFileHandle file, FileTime accessed, FileTime modified) => Check(futimens(file, Pair(accessed, modified)), "futimens", "");

    /// <summary>The text of a symbolic link.</summary>
    public string ReadLink(string path) => ReadLinkAt(Parent(path, out var name), name, path);

    internal static string ReadLinkAt(SafeFileHandle directory, string name, string subject)
    {
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Span<byte> target = stackalloc byte[4096];
            var length = (int)readlinkat(directory, buffer.First, ref MemoryMarshal.GetReference(target), (nuint)target.Length);
            return length < 0 ? throw LinuxException.Last("readlinkat", subject) : PathBytes.Decode(target[..length]);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    internal static FileStat StatAt(SafeFileHandle directory, string name, string subject) =>
        TryStatAt(directory, name, subject, out var stat) ? stat : throw new LinuxException(Errno.ENOENT, "statx", subject);

    internal static bool TryStatAt(SafeFileHandle directory, string name, string subject, out FileStat stat)
    {
        var buffer = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            if (statx(directory, buffer.First, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, StatxBuffer.Mask, out var raw) == 0)
            {
                stat = raw.ToStat();
                return true;
            }
        }
        finally
        {
            buffer.Dispose();
        }

        stat = default;
        return Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.ENOTDIR ? false : throw LinuxException.Last("statx", subject);
    }

    private static TimePair Pair(FileTime accessed, FileTime modified) => new()
    {
        AccessedSeconds = accessed.Seconds,
        AccessedNanoseconds = accessed.Nanoseconds,
        ModifiedSeconds = modified.Seconds,
        ModifiedNanoseconds = modified.Nanoseconds,
    };

    // Kernels before 6.6 have no fchmodat2: the entry is held by O_PATH, checked, and changed through its descriptor's name.
    private static void SetModeByHandle(SafeFileHandle parent, string name, uint mode, string path)
    {
        using var entry = OpenAt(parent, name, O_PATH | O_NOFOLLOW, 0, path);
        if (Stat(entry).IsSymlink)
        {
            throw new LinuxException(Errno.EOPNOTSUPP, "chmod", path);
        }

        var buffer = new PathBuffer($"/proc/self/fd/{entry.DangerousGetHandle()}", stackalloc byte[PathBuffer.StackSize]);
        Check(chmod(buffer.First, mode), "chmod", path);
        buffer.Dispose();
    }
}
