using Cofferdam.Linux;
using Xunit;

namespace Cofferdam.UnitTests.Linux;

public sealed class MountInfoTests
{
    [Fact]
    public void Line_WithOptionalFieldsAndEscapes_IsRead()
    {
        var mounts = MountInfo.Parse(
        [
            @"36 35 98:0 /mnt1 /mnt\0402 rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue",
            "22 1 0:21 / /proc rw - proc proc rw",
            "garbage",
        ]);

        Assert.Equal([new MountInfo("/mnt 2", "/mnt1", "ext3", "/dev/root", "rw,noatime"), new MountInfo("/proc", "/", "proc", "proc", "rw")], mounts);
    }

    [Fact]
    public void Mounts_OfThisProcess_HoldProc() => Assert.Contains(MountInfo.Read(), mount => mount is { MountPoint: "/proc", FileSystemType: "proc" });
}
