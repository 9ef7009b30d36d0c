using Cofferdam.Linux;
using Cofferdam.Protocol.FileTransfer;

namespace Cofferdam.Engine;

/// <summary>The modes of fsutil's entries, which are Go's os.FileMode.</summary>
internal static class TransferModes
{
    private const uint Directory = 1u << 31;
    private const uint Symlink = 1u << 27;
    private const uint Device = 1u << 26;
    private const uint Fifo = 1u << 25;
    private const uint Socket = 1u << 24;
    private const uint SetUid = 1u << 23;
    private const uint SetGid = 1u << 22;
    private const uint CharDevice = 1u << 21;
    private const uint Sticky = 1u << 20;
    private const uint TypeBits = Directory | Symlink | Device | Fifo | Socket | CharDevice;

    public static bool IsDirectory(Stat stat) => (stat.Mode & Directory) != 0;

    public static bool IsSymlink(Stat stat) => (stat.Mode & Symlink) != 0;

    public static bool IsRegular(Stat stat) => (stat.Mode & TypeBits) == 0;

    public static bool IsHardLink(Stat stat) => IsRegular(stat) && stat.Linkname.Length > 0;

    public static bool IsRequestable(Stat stat) => IsRegular(stat) && stat.Linkname.Length == 0;

    /// <summary>The type of a device or fifo.</summary>
    public static FileType NodeType(Stat stat) => (stat.Mode & TypeBits) switch
    {
        Device => FileType.BlockDevice,
        Device | CharDevice => FileType.CharacterDevice,
        Fifo => FileType.Fifo,
        _ => FileType.Socket,
    };

    /// <summary>The permission bits as the kernel has them.</summary>
    public static uint Permissions(Stat stat) => (stat.Mode & 0x1ff)
        | ((stat.Mode & SetUid) != 0 ? 0x800u : 0)
        | ((stat.Mode & SetGid) != 0 ? 0x400u : 0)
        | ((stat.Mode & Sticky) != 0 ? 0x200u : 0);
}
