using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>How full a file system is, and of what kind.</summary>
/// <param name="Total">Its size in bytes.</param>
/// <param name="Free">Bytes that are free, those kept for root included.</param>
/// <param name="Available">Bytes that anyone may use.</param>
/// <param name="Type">The kernel's number of the file system's kind.</param>
/// <param name="MountFlags">The mount's flags, ST_RDONLY and so on.</param>
public sealed record FileSystemSpace(long Total, long Free, long Available, long Type, long MountFlags)
{
    /// <summary>The <see cref="Type"/> of cgroup v2 (CGROUP2_SUPER_MAGIC).</summary>
    public const long Cgroup2 = 0x63677270;

    /// <summary>The <see cref="Type"/> of overlayfs (OVERLAYFS_SUPER_MAGIC).</summary>
    public const long Overlay = 0x794c7630;

    /// <summary>Asks for the file system that holds a path.</summary>
    public static FileSystemSpace Of(string path)
    {
        Mounts.Check(SyncCalls.StatFs(path, out var stat), "statfs", path);
        return new FileSystemSpace(stat.Blocks * stat.BlockSize, stat.FreeBlocks * stat.BlockSize, stat.AvailableBlocks * stat.BlockSize, stat.Type, stat.Flags);
    }

    /// <summary>struct statfs of the 64-bit architectures.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    internal struct StatFsBuffer
    {
        public long Type;
        public long BlockSize;
        public long Blocks;
        public long FreeBlocks;
        public long AvailableBlocks;
        public long Files;
        public long FreeFiles;
        public long Id;
        public long NameLength;
        public long FragmentSize;
        public long Flags;
    }
}
