using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>The kernel's <c>struct statx</c>; one layout for every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    /// <summary>Basic fields, the time of birth and the mount's id.</summary>
    internal const uint Mask = 0x7ff | HasBorn | 0x1000;

    private const uint HasBorn = 0x800;

    [FieldOffset(0)]
    internal uint Filled;

    [FieldOffset(16)]
    internal uint Links;

    [FieldOffset(20)]
    internal uint Uid;

    [FieldOffset(24)]
    internal uint Gid;

    [FieldOffset(28)]
    internal ushort Mode;

    [FieldOffset(32)]
    internal ulong Inode;

    [FieldOffset(40)]
    internal ulong Size;

    [FieldOffset(48)]
    internal ulong Blocks;

    [FieldOffset(80)]
    internal long BornSeconds;

    [FieldOffset(88)]
    internal uint BornNanoseconds;

    [FieldOffset(96)]
    internal long ChangedSeconds;

    [FieldOffset(104)]
    internal uint ChangedNanoseconds;

    [FieldOffset(112)]
    internal long ModifiedSeconds;

    [FieldOffset(120)]
    internal uint ModifiedNanoseconds;

    [FieldOffset(128)]
    internal uint RawDeviceMajor;

    [FieldOffset(132)]
    internal uint RawDeviceMinor;

    [FieldOffset(136)]
    internal uint DeviceMajor;

    [FieldOffset(140)]
    internal uint DeviceMinor;

    [FieldOffset(144)]
    internal ulong MountId;

    internal readonly FileStat ToStat() => new()
    {
        Type = (FileType)(Mode & 0xf000),
        Mode = (uint)Mode & 0xfff,
        Uid = Uid,
        Gid = Gid,
        Size = (long)Size,
        Blocks = (long)Blocks,
        Modified = new FileTime(ModifiedSeconds, ModifiedNanoseconds),
        Changed = new FileTime(ChangedSeconds, ChangedNanoseconds),
        Born = (Filled & HasBorn) != 0 ? new FileTime(BornSeconds, BornNanoseconds) : new FileTime(ChangedSeconds, ChangedNanoseconds),
        Links = Links,
        Inode = Inode,
        Device = new DeviceNumber(DeviceMajor, DeviceMinor),
        RawDevice = new DeviceNumber(RawDeviceMajor, RawDeviceMinor),
        MountId = MountId,
    };
}
