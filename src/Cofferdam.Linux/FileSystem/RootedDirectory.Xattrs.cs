using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

public sealed partial class RootedDirectory
{
    private const int XattrMax = 65536;

    // Whether listxattrat, of Linux 6.13, is known not to be there; in a container it may be forbidden instead.
    private static volatile bool _listsByPath;

    /// <summary>The value of an extended attribute; null when the entry has none of that name or the file system has none at all. Symlinks are not followed.</summary>
    public byte[]? GetXattr(string path, string attribute) => GetXattrAt(Parent(path, out var name), name, attribute, path);

    /// <summary>Sets an extended attribute. Symlinks are not followed.</summary>
    public void SetXattr(string path, string attribute, ReadOnlySpan<byte> value)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(DescriptorPrefix(parent, stackalloc byte[32]), name, stackalloc byte[PathBuffer.StackSize]);
        var attributeBuffer = new PathBuffer(attribute, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Check(lsetxattr(buffer.First, attributeBuffer.First, MemoryMarshal.GetReference(value), (nuint)value.Length, 0), "lsetxattr", path);
        }
        finally
        {
            buffer.Dispose();
            attributeBuffer.Dispose();
        }
    }

    /// <summary>The names of an entry's extended attributes, sorted; none where the file system has none. Symlinks are not followed.</summary>
    public IReadOnlyList<string> ListXattrs(string path) => ListXattrsAt(Parent(path, out var name), name, path);

    /// <summary>Removes an extended attribute; false when there is none of that name.</summary>
    public bool RemoveXattr(string path, string attribute)
    {
        var parent = Parent(path, out var name);
        var buffer = new PathBuffer(DescriptorPrefix(parent, stackalloc byte[32]), name, stackalloc byte[PathBuffer.StackSize]);
        var attributeBuffer = new PathBuffer(attribute, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            if (lremovexattr(buffer.First, attributeBuffer.First) == 0)
            {
                return true;
            }

            return Marshal.GetLastPInvokeError() is Errno.ENODATA or Errno.EOPNOTSUPP ? false : throw LinuxException.Last("lremovexattr", path);
        }
        finally
        {
            buffer.Dispose();
            attributeBuffer.Dispose();
        }
    }

    internal static byte[]? GetXattrAt(SafeFileHandle directory, string name, string attribute, string subject)
    {
        var buffer = new PathBuffer(DescriptorPrefix(directory, stackalloc byte[32]), name, stackalloc byte[PathBuffer.StackSize]);
        var attributeBuffer = new PathBuffer(attribute, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            Span<byte> value = stackalloc byte[1024];
            var length = (int)lgetxattr(buffer.First, attributeBuffer.First, ref MemoryMarshal.GetReference(value), (nuint)value.Length);
            if (length < 0 && Marshal.GetLastPInvokeError() == Errno.ERANGE)
            {
                value = new byte[XattrMax];
                length = (int)lgetxattr(buffer.First, attributeBuffer.First, ref MemoryMarshal.GetReference(value), (nuint)value.Length);
            }

            if (length < 0)
            {
                return Marshal.GetLastPInvokeError() is Errno.ENODATA or Errno.EOPNOTSUPP ? null : throw LinuxException.Last("lgetxattr", subject);
            }

            return value[..length].ToArray();
        }
        finally
        {
            buffer.Dispose();
            attributeBuffer.Dispose();
        }
    }

    internal static IReadOnlyList<string> ListXattrsAt(SafeFileHandle directory, string name, string subject)
    {
        Span<byte> list = stackalloc byte[1024];
        var length = ListXattrsAt(directory, name, list);
        if (length < 0 && Marshal.GetLastPInvokeError() == Errno.ERANGE)
        {
            list = new byte[XattrMax];
            length = ListXattrsAt(directory, name, list);
        }

        if (length < 0)
        {
            return Marshal.GetLastPInvokeError() == Errno.EOPNOTSUPP ? [] : throw LinuxException.Last("llistxattr", subject);
        }

        return length == 0 ? [] : SplitNames(list[..length]);
    }

    // A path through /proc costs twice as much as the rest of a walk.
    private static int ListXattrsAt(SafeFileHandle directory, string name, Span<byte> list)
    {
        if (!_listsByPath)
        {
            using var path = new PathBuffer(name, stackalloc byte[PathBuffer.StackSize]);
            var length = (int)listxattrat(SYS_listxattrat, directory, path.First, AT_SYMLINK_NOFOLLOW, ref MemoryMarshal.GetReference(list), (nuint)list.Length);
            if (length >= 0 || Marshal.GetLastPInvokeError() is not (Errno.ENOSYS or Errno.EPERM))
            {
                return length;
            }

            _listsByPath = true;
        }

        using var buffer = new PathBuffer(DescriptorPrefix(directory, stackalloc byte[32]), name, stackalloc byte[PathBuffer.StackSize]);
        return (int)llistxattr(buffer.First, ref MemoryMarshal.GetReference(list), (nuint)list.Length);
    }

    private static List<string> SplitNames(ReadOnlySpan<byte> list)
    {
        var names = new List<string>();
        while (!list.IsEmpty)
        {
            var end = list.IndexOf((byte)0);
            names.Add(PathBytes.Decode(list[..end]));
            list = list[(end + 1)..];
        }

        names.Sort(PathBytes.Compare);
        return names;
    }

    // The calls for attributes take no directory: the name is reached through the descriptor's link in /proc, which leads nowhere else.
    private static ReadOnlySpan<byte> DescriptorPrefix(SafeFileHandle directory, Span<byte> space)
    {
        "/proc/self/fd/"u8.CopyTo(space);
        directory.DangerousGetHandle().TryFormat(space[14..], out var written);
        space[14 + written] = (byte)'/';
        return space[..(15 + written)];
    }
}
