using System.Text;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Storage.Layers;

public sealed class LayerWriterTests : IDisposable
{
    private static readonly uint Uid = Me().Uid;
    private static readonly uint Gid = Me().Gid;

    private readonly DirectorySnapshotter _snapshotter = new();
    private readonly MemoryContentStore _content = new();
    private readonly LayerWriter _writer;

    public LayerWriterTests() => _writer = new LayerWriter(_snapshotter, _content, 2);

    [Theory]
    [InlineData("../out")]
    [InlineData("/../../out")]
    [InlineData("a/../../../out")]
    [InlineData("up/out")]
    [InlineData("abs/out")]
    public async Task Apply_NameLeadsOut_StaysInside(string name)
    {
        var root = await ApplyAsync(Link("up", "../../../../.."), Link("abs", "/"), File(name));
        Assert.True(root.Exists("out"));
    }

    [Fact]
    public async Task Apply_SymlinkReplacedThroughItself_WritesNoTarget()
    {
        var root = await ApplyAsync(File("secret", "kept"), Link("link", "secret"), File("link", "new"));
        Assert.Equal("kept", Read(root, "secret"));
        Assert.Equal("new", Read(root, "link"));
    }

    [Fact]
    public async Task Apply_HardLinkToSymlinkOutside_LinksTheSymlink()
    {
        var root = await ApplyAsync(Link("passwd", "/etc/passwd"), Entry("hard", TarEntryType.HardLink, "passwd"));
        Assert.True(root.Stat("hard").IsSymlink);
    }

    [Fact]
    public async Task Apply_HardLinkToNothing_IsAnError() =>
        await Assert.ThrowsAsync<InvalidInputException>(() => ApplyAsync(Entry("hard", TarEntryType.HardLink, "../../etc/passwd")));

    [Fact]
    public async Task Apply_Whiteouts_BecomeOverlaysMarks()
    {
        var root = await ApplyAsync(Directory("d"), File("d/.wh.gone"), File("d/.wh..wh..opq"), File("d/.wh..wh.plnk"));
        Assert.True(root.Stat("d/gone").IsWhiteout);
        Assert.Contains(root.ListXattrs("d"), name => name.EndsWith(".overlay.opaque", StringComparison.Ordinal));
        Assert.False(root.Exists("d/.wh..wh.plnk"));
    }

    [Fact]
    public async Task Apply_WhiteoutThenDirectory_HidesWhatIsBelow()
    {
        var root = await ApplyAsync(File(".wh.d"), Directory("d"), File("d/new"));
        Assert.True(root.Stat("d").IsDirectory);
        Assert.Contains(root.ListXattrs("d"), name => name.EndsWith(".overlay.opaque", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_FileThenItsWhiteout_KeepsTheFile()
    {
        var root = await ApplyAsync(File("f", "x"), File(".wh.f"));
        Assert.Equal("x", Read(root, "f"));
    }

    [Theory]
    [InlineData(".wh...")]
    [InlineData(".wh.")]
    [InlineData("d/.wh..")]
    public async Task Apply_WhiteoutOfNothing_IsRefused(string name) => await Assert.ThrowsAsync<InvalidInputException>(() => ApplyAsync(File(name)));

    [Fact]
    public async Task Apply_ForgedMark_IsRefusedOrLeftOut()
    {
        await Assert.ThrowsAsync<InvalidInputException>(() => ApplyAsync(Entry("f", TarEntryType.CharacterDevice)));
        var root = await ApplyAsync(Directory("d") with { Xattrs = [new("trusted.overlay.redirect", "/etc"u8.ToArray()), new("user.overlay.opaque", "y"u8.ToArray())] });
        Assert.Empty(root.ListXattrs("d"));
    }

    [Fact]
    public async Task Apply_ParentNotInArchive_IsBroughtUpFromBelow()
    {
        var lower = _snapshotter.Add(path =>
        {
            System.IO.Directory.CreateDirectory(path + "/usr/bin");
            System.IO.File.CreateSymbolicLink(path + "/bin", "usr/bin");
            System.IO.File.WriteAllText(path + "/usr/bin/one", "1");
            System.IO.File.SetUnixFileMode(path + "/usr/bin", (UnixFileMode)0x1c1);
            System.IO.Directory.SetLastWriteTimeUtc(path + "/usr/bin", DateTime.UnixEpoch.AddSeconds(77));
        });
        var root = await ApplyAsync(new Snapshot([lower]), File("bin/tool"), Entry("usr/bin/two", TarEntryType.HardLink, "bin/one"));
        Assert.False(root.Exists("bin"));
        Assert.True(root.Exists("usr/bin/tool"));
        Assert.Equal(0x1c1u, root.Stat("usr/bin").Mode);
        Assert.Equal(77, root.Stat("usr/bin").Modified.Seconds);
        Assert.Equal("1", Read(root, "usr/bin/two"));
    }

    [Fact]
    public async Task Apply_ModesAndTimes_AreKept()
    {
        var time = new FileTime(1234, 567_891_234);
        var root = await ApplyAsync(
            Directory("d") with { Mode = 0x3ff, Modified = time },
            File("d/suid", "x") with { Mode = 0x9ed, Modified = time, Xattrs = [new("user.bin", [0, 255])] },
            Link("d/l", "x") with { Modified = time });
        Assert.Equal((0x3ffu, time), (root.Stat("d").Mode, root.Stat("d").Modified));
        Assert.Equal((0x9edu, time), (root.Stat("d/suid").Mode, root.Stat("d/suid").Modified));
        Assert.Equal(time, root.Stat("d/l").Modified);
        Assert.Equal([0, 255], root.GetXattr("d/suid", "user.bin")!);
    }

    [Fact]
    public async Task Apply_OtherDiffId_Throws()
    {
        using var blob = new MemoryStream(await TarAsync(File("f")));
        await Assert.ThrowsAsync<DigestMismatchException>(() => _writer.ApplyAsync(Snapshot.Scratch, blob, Digest.Of("x"), null, default));
    }

    [Theory]
    [InlineData(Compression.None)]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Zstd)]
    public async Task Write_ThenApply_GivesTheSameLayer(Compression compression)
    {
        var raw = PathBytes.Decode([0x66, 0xff]);
        var source = await ApplyIdAsync(
            Snapshot.Scratch,
            Directory("d") with { Mode = 0x1c0 }, File("d/" + raw, "raw"), File("d/.wh.gone"), File("d/.wh..wh..opq"), Link("l", "d/" + raw),
            File("one", "content") with { Xattrs = [new("user.bin", [0, 1])] }, Entry("two", TarEntryType.HardLink, "one"), Entry("pipe", TarEntryType.Fifo),
            File("long/" + new string('n', 200), new string('c', 3_000_000)));
        var first = await _writer.WriteAsync(source, new LayerOptions { Compression = compression }, default);
        var (copy, diffId) = await _writer.ApplyAsync(Snapshot.Scratch, await _content.OpenReadAsync(first.Blob, default), first.DiffId, null, default);
        var second = await _writer.WriteAsync(copy, new LayerOptions { Compression = compression }, default);
        Assert.Equal(first, second);
        Assert.Equal(first.DiffId, diffId);
        using var root = RootedDirectory.Open(_snapshotter.GetLayerDirectory(copy));
        Assert.Equal(root.Stat("one").Inode, root.Stat("two").Inode);
        Assert.Equal("raw", Read(root, "l"));
        Assert.True(root.Stat("d/gone").IsWhiteout);
    }

    [Fact]
    public async Task Write_LatestTime_SetsLaterTimesToIt()
    {
        var layer = _snapshotter.Add(path => System.IO.File.WriteAllText(path + "/new", ""));
        var blob = await _writer.WriteAsync(layer, new LayerOptions { Compression = Compression.None, LatestTime = DateTimeOffset.FromUnixTimeSeconds(42) }, default);
        var reader = new TarReader(await _content.OpenReadAsync(blob.Blob, default));
        Assert.Equal(new FileTime(42, 0), (await reader.NextAsync(default))!.Modified);
    }

    [Fact]
    public async Task Write_Observer_SeesNamesAndContent()
    {
        var layer = await ApplyIdAsync(Snapshot.Scratch, File("f", "hello"), Link("l", "target"));
        var observer = new Observer();
        await _writer.WriteAsync(layer, new LayerOptions { Observer = observer }, default);
        Assert.Equal("[f]hello[l]target", observer.Seen.ToString());
    }

    public void Dispose() => _snapshotter.Dispose();

    private static FileStat Me()
    {
        var path = System.IO.Directory.CreateTempSubdirectory("coffer-me-").FullName;
        using var root = RootedDirectory.Open(path);
        System.IO.Directory.Delete(path);
        return root.Stat("");
    }

    private static TarEntry Entry(string name, TarEntryType type, string link = "") =>
        new() { Name = name, Type = type, LinkName = link, Mode = 0x1a4, Uid = Uid, Gid = Gid, Modified = new FileTime(1000, 0) };

    private static ContentEntry File(string name, string content = "") =>
        new(Entry(name, TarEntryType.Regular) with { Size = content.Length }, content);

    private static ContentEntry Directory(string name) => Entry(name, TarEntryType.Directory) with { Mode = 0x1ed };

    private static ContentEntry Link(string name, string target) => Entry(name, TarEntryType.Symlink, target);

    private static async Task<byte[]> TarAsync(params ContentEntry[] entries)
    {
        var stream = new MemoryStream();
        var tar = new TarWriter(stream);
        foreach (var (entry, content) in entries)
        {
            await tar.BeginAsync(entry, default);
            await tar.WriteAsync(Encoding.ASCII.GetBytes(content), default);
        }

        await tar.FinishAsync(default);
        return stream.ToArray();
    }

    private static string Read(RootedDirectory root, string path)
    {
        using var stream = new FileStream(root.OpenReadFollowing(path), FileAccess.Read);
        return new StreamReader(stream).ReadToEnd();
    }

    private Task<RootedDirectory> ApplyAsync(params ContentEntry[] entries) => ApplyAsync(Snapshot.Scratch, entries);

    private async Task<RootedDirectory> ApplyAsync(Snapshot parent, params ContentEntry[] entries) =>
        RootedDirectory.Open(_snapshotter.GetLayerDirectory(await ApplyIdAsync(parent, entries)));

    private async Task<LayerId> ApplyIdAsync(Snapshot parent, params ContentEntry[] entries)
    {
        using var blob = new MemoryStream(await TarAsync(entries));
        return (await _writer.ApplyAsync(parent, blob, null, null, default)).Layer;
    }

    private sealed record ContentEntry(TarEntry Header, string Content)
    {
        public uint Mode
        {
            get => Header.Mode;
            init => Header = Header with { Mode = value };
        }

        public FileTime Modified
        {
            get => Header.Modified;
            init => Header = Header with { Modified = value };
        }

        public IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs
        {
            get => Header.Xattrs;
            init => Header = Header with { Xattrs = value };
        }

        public static implicit operator ContentEntry(TarEntry entry) => new(entry, "");
    }

    private sealed class Observer : ITarObserver
    {
        public StringBuilder Seen { get; } = new();

        public void BeginEntry(string path) => Seen.Append('[').Append(path).Append(']');

        public void Content(ReadOnlySpan<byte> data) => Seen.Append(Encoding.ASCII.GetString(data));
    }
}
