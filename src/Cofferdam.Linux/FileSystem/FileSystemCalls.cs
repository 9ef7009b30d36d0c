using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>The file system's calls as the kernel has them. Paths are references to zero-ended bytes.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5392", Justification = "libc is the process's own.")]
internal static partial class FileSystemCalls
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_TRUNC = 0x200;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_PATH = 0x200000;

    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_REMOVEDIR = 0x200;
    internal const int AT_NO_AUTOMOUNT = 0x800;
    internal const int AT_EMPTY_PATH = 0x1000;

    internal const ulong RESOLVE_NO_XDEV = 0x01;
    internal const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    internal const ulong RESOLVE_NO_SYMLINKS = 0x04;
    internal const ulong RESOLVE_IN_ROOT = 0x10;

    internal const int SYS_openat2 = 437;
    internal const int SYS_listxattrat = 465;
    internal const int SYS_fchmodat2 = 452;

    internal const int SEEK_DATA = 3;
    internal const int SEEK_HOLE = 4;
    internal const nuint FICLONE = 0x40049409;

    // These two bits are swapped between the architectures.
    internal static readonly int O_DIRECTORY = IsArm ? 0x4000 : 0x10000;
    internal static readonly int O_NOFOLLOW = IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int open(in byte path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int openat(SafeFileHandle directory, in byte path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint openat2(nint number, SafeFileHandle directory, in byte path, in OpenHow how, nuint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint fchmodat2(nint number, SafeFileHandle directory, in byte path, nuint mode, nint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmodat(SafeFileHandle directory, in byte path, uint mode, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int chmod(in byte path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchown(SafeFileHandle file, uint uid, uint gid);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchownat(SafeFileHandle directory, in byte path, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int utimensat(SafeFileHandle directory, in byte path, in TimePair times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int futimens(SafeFileHandle file, in TimePair times);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mkdirat(SafeFileHandle directory, in byte path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mknodat(SafeFileHandle directory, in byte path, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int symlinkat(in byte target, SafeFileHandle directory, in byte path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int linkat(SafeFileHandle fromDirectory, in byte from, SafeFileHandle toDirectory, in byte to, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int renameat(SafeFileHandle fromDirectory, in byte from, SafeFileHandle toDirectory, in byte to);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unlinkat(SafeFileHandle directory, in byte path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint readlinkat(SafeFileHandle directory, in byte path, ref byte buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int statx(SafeFileHandle directory, in byte path, int flags, uint mask, out StatxBuffer buffer);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getdents64(SafeFileHandle directory, ref byte buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint lgetxattr(in byte path, in byte name, ref byte value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int lsetxattr(in byte path, in byte name, in byte value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint llistxattr(in byte path, ref byte list, nuint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint listxattrat(nint number, SafeFileHandle directory, in byte path, int flags, ref byte list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int lremovexattr(in byte path, in byte name);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long lseek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(SafeFileHandle file, long length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint copy_file_range(SafeFileHandle source, ref long sourceOffset, SafeFileHandle target, ref long targetOffset, nuint length, uint flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int ioctl_clone(SafeFileHandle target, nuint request, SafeFileHandle source);

    /// <summary>The kernel's <c>open_how</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenHow
    {
        internal const nuint ByteSize = 24;

        internal ulong Flags;
        internal ulong Mode;
        internal ulong Resolve;
    }

    /// <summary>Two <c>timespec</c>: accessed and modified.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimePair
    {
        internal long AccessedSeconds;
        internal long AccessedNanoseconds;
        internal long ModifiedSeconds;
        internal long ModifiedNanoseconds;
    }
}
