using Cofferdam.Linux;
using Xunit;

namespace Cofferdam.UnitTests.Linux;

public sealed class RootedDirectoryTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("coffer-rooted-").FullName;
    private readonly RootedDirectory _root;

    public RootedDirectoryTests()
    {
        Directory.CreateDirectory(System.IO.Path.Combine(_outside, "root"));
        _root = RootedDirectory.Open(System.IO.Path.Combine(_outside, "root"));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/../../escaped")]
    [InlineData("up/escaped")]
    [InlineData("absolute/../escaped")]
    public void CreateFile_PathLeadsOut_StaysInside(string path)
    {
        _root.MakeSymlink("../../..", "up");
        _root.MakeSymlink("/", "absolute");
        _root.CreateFile(path, 0b110_100_100).Dispose();
        Assert.True(_root.Exists("escaped"));
        Assert.False(File.Exists(System.IO.Path.Combine(_outside, "escaped")));
    }

    [Fact]
    public void OpenWrite_LastNameIsSymlink_IsRefused()
    {
        _root.CreateFile("file", 0x1a4).Dispose();
        _root.MakeSymlink("file", "link");
        Assert.Equal(Errno.ELOOP, Assert.Throws<LinuxException>(() => _root.OpenWrite("link").Dispose()).Errno);
    }

    [Theory]
    [InlineData("a/link/x", "b/x")]
    [InlineData("/a/absolute/../c", "c")]
    [InlineData("a/../../..", "")]
    [InlineData("./a/./missing/../x", "a/x")]
    [InlineData("a/beyond/x", "x")]
    public void ResolvePath_Symlinks_AreFollowedInside(string path, string expected)
    {
        _root.MakeDirectories("a");
        _root.MakeDirectories("b");
        _root.MakeSymlink("../b", "a/link");
        _root.MakeSymlink("/b", "a/absolute");
        _root.MakeSymlink("../../../..", "a/beyond");
        Assert.Equal(expected, _root.ResolvePath(path));
    }

    [Fact]
    public void ResolvePath_SymlinkLoop_IsAnError()
    {
        _root.MakeSymlink("b", "a");
        _root.MakeSymlink("a", "b");
        Assert.Equal(Errno.ELOOP, Assert.Throws<LinuxException>(() => _root.ResolvePath("a/x")).Errno);
    }

    [Fact]
    public void MakeDirectories_ParentIsSymlink_MakesBehindIt()
    {
        _root.MakeDirectories("real");
        _root.MakeSymlink("/real", "link");
        Assert.Equal(["real/x", "real/x/y"], _root.MakeDirectories("link/x/y"));
        Assert.Equal([], _root.MakeDirectories("link/x/y"));
    }

    [Fact]
    public void RemoveTree_SymlinksInside_LeavesTargets()
    {
        _root.MakeDirectories("keep");
        _root.CreateFile("keep/file", 0x1a4).Dispose();
        _root.MakeDirectories("tree/deep/er");
        _root.MakeSymlink("/keep", "tree/deep/link");
        _root.MakeSymlink(_outside, "tree/out");
        Assert.True(_root.RemoveTree("tree"));
        Assert.False(_root.RemoveTree("tree"));
        Assert.True(_root.Exists("keep/file"));
        Assert.True(Directory.Exists(_outside));
    }

    [Fact]
    public void Parent_ReplacedBySymlink_IsNotRemembered()
    {
        _root.MakeDirectories("a");
        _root.MakeDirectories("b");
        _root.CreateFile("a/one", 0x1a4).Dispose();
        _root.RemoveTree("a");
        _root.MakeSymlink("b", "a");
        _root.CreateFile("a/two", 0x1a4).Dispose();
        Assert.True(_root.Exists("b/two"));
    }

    [Fact]
    public void SetTimes_Nanoseconds_AreKept()
    {
        var time = new FileTime(-5, 123_456_789);
        _root.MakeSymlink("nowhere", "link");
        _root.SetTimes("link", time, time);
        Assert.Equal(time, _root.Stat("link").Modified);
    }

    [Fact]
    public void SetXattr_BinaryValue_RoundTrips()
    {
        _root.CreateFile("file", 0x1a4).Dispose();
        byte[] value = [0, 255, 10, 61, 0];
        _root.SetXattr("file", "user.test", value);
        Assert.Equal(value, _root.GetXattr("file", "user.test"));
        Assert.Equal(["user.test"], _root.ListXattrs("file"));
        Assert.True(_root.RemoveXattr("file", "user.test"));
        Assert.False(_root.RemoveXattr("file", "user.test"));
        Assert.Null(_root.GetXattr("file", "user.test"));
    }

    [Fact]
    public void SetMode_Symlink_IsRefused()
    {
        _root.CreateFile("file", 0x180).Dispose();
        _root.MakeSymlink("file", "link");
        Assert.Throws<LinuxException>(() => _root.SetMode("link", 0x1ff));
        Assert.Equal(0x180u, _root.Stat("file").Mode);
        _root.SetMode("file", 0xded);
        Assert.Equal(0xdedu, _root.Stat("file").Mode);
    }

    [Fact]
    public void Walk_Names_AreInByteOrderAndLossless()
    {
        var raw = PathBytes.Decode([0x66, 0xff, 0xed, 0xa0, 0x80]);
        foreach (var name in new[] { "b", "a.txt", "\U0001F600", "\uFFFD", raw })
        {
            _root.CreateFile(name, 0x1a4).Dispose();
        }

        _root.MakeDirectories("a/inner");
        _root.MakeSymlink("a", "c");
        using var walker = new DirectoryWalker(_root);
        var seen = new List<string>();
        while (walker.MoveNext())
        {
            seen.Add(walker.Path);
        }

        Assert.Equal(["a", "a/inner", "a.txt", "b", "c", raw, "\uFFFD", "\U0001F600"], seen);
    }

    [Fact]
    public void Copy_SparseFile_KeepsHolesAndContent()
    {
        using var source = _root.CreateFile("source", 0x1a4);
        RandomAccess.Write(source, "middle"u8, 5_000_000);
        SparseMap.SetLength(source, 20_000_000);
        using var target = _root.CreateFile("target", 0x1a4);
        new FileCopy().Copy(source, target, RootedDirectory.Stat(source));
        var stat = RootedDirectory.Stat(target);
        Assert.Equal(20_000_000, stat.Size);
        Assert.True(stat.Blocks * 512 < 1_000_000);
        var buffer = new byte[8];
        RandomAccess.Read(target, buffer, 4_999_999);
        Assert.Equal("\0middle\0"u8.ToArray(), buffer);
    }

    public void Dispose()
    {
        _root.RemoveChildren("");
        _root.Dispose();
        Directory.Delete(_outside, recursive: true);
    }
}
