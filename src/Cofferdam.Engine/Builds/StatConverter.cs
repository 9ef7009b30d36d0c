using Cofferdam.Linux;
using Cofferdam.Protocol.FileTransfer;

namespace Cofferdam.Engine;

/// <summary>Turns what the kernel says of a file into what fsutil sends: modes are Go's, not the kernel's.</summary>
internal static class StatConverter
{
    public static Stat ToStat(string path, in FileStat stat, string linkName) => new()
    {
        Path = path,
        Mode = GoMode(stat),
        Uid = stat.Uid,
        Gid = stat.Gid,
        Size = stat.IsRegular || stat.IsSymlink ? stat.Size : 0,
        ModTime = (stat.Modified.Seconds * 1_000_000_000) + stat.Modified.Nanoseconds,
        Linkname = linkName,
        Devmajor = stat.IsDevice ? stat.RawDevice.Major : 0,
        Devminor = stat.IsDevice ? stat.RawDevice.Minor : 0,
    };

    // Go os.FileMode
    private static uint GoMode(in FileStat stat)
    {
        var type = stat.Type switch
        {
            FileType.Directory => 1u << 31,
            FileType.Symlink => 1u << 27,
            FileType.BlockDevice => 1u << 26,
            FileType.CharacterDevice => (1u << 26) | (1u << 21),
            FileType.Fifo => 1u << 25,
            FileType.Socket => 1u << 24,
            _ => 0u,
        };
        return type | (stat.Mode & 0x1ff)
            | ((stat.Mode & 0x800) != 0 ? 1u << 23 : 0)
            | ((stat.Mode & 0x400) != 0 ? 1u << 22 : 0)
            | ((stat.Mode & 0x200) != 0 ? 1u << 20 : 0);
    }
}
