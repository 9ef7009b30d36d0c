using System.Diagnostics;
using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Layers;

/// <summary>Layers made and applied on real overlay mounts, and read by other programs.</summary>
public sealed class LayerRoundTripTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private OverlaySnapshotter _snapshotter = null!;
    private FileContentStore _content = null!;
    private LayerWriter _writer = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _snapshotter = OverlaySnapshotter.Open(_directory.Path + "/snapshots", null, TimeProvider.System, TimeSpan.Zero);
        _content = await FileContentStore.OpenAsync(_directory.Path + "/content", null, TimeProvider.System, Token);
        _writer = new LayerWriter(_snapshotter, _content, 2);
    }

    public async ValueTask DisposeAsync()
    {
        await _snapshotter.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Zstd)]
    public async Task Layer_OfAllKinds_AppliedAgainShowsTheSame(Compression compression)
    {
        var parent = await BaseAsync();
        var changed = await ChangeAsync(parent);
        var blob = await _writer.WriteAsync(changed.Layers[^1], new LayerOptions { Compression = compression }, Token);
        await using var stream = await _content.OpenReadAsync(blob.Blob, Token);
        var (layer, diffId) = await _writer.ApplyAsync(parent, stream, blob.DiffId, null, Token);

        Assert.Equal(blob.DiffId, diffId);
        Assert.Equal(await DescribeAsync(changed), await DescribeAsync(parent.Append(layer)));
    }

    [Fact]
    public async Task Layer_ReadByGnuTar_HasItsEntries()
    {
        var changed = await ChangeAsync(await BaseAsync());
        var blob = await _writer.WriteAsync(changed.Layers[^1], new LayerOptions(), Token);
        var listing = await RunAsync("tar", "--numeric-owner", "-tvzf", _content.GetPath(blob.Blob));
        Assert.Contains("crw-r--r-- 0/0", listing);
        Assert.Contains(" dev/null-like", listing);
        Assert.Contains(" .wh.removed", listing);
        Assert.Contains(" replaced/.wh..wh..opq", listing);
        Assert.Contains("two link to one", listing);
        Assert.Contains("-rwsr-xr-x 1000/1000", listing);
        Assert.DoesNotContain("replaced/old", listing);
    }

    [Fact]
    public async Task Archive_WrittenByGnuTar_IsApplied()
    {
        var source = Path.Combine(_directory.Path, "source");
        System.IO.Directory.CreateDirectory(source);
        using (var root = RootedDirectory.Open(source))
        {
            using (var sparse = root.CreateFile("sparse", 0x1a4))
            {
                RandomAccess.Write(sparse, "a"u8, 1_000_000);
                RandomAccess.Write(sparse, "b"u8, 9_000_000);
                SparseMap.SetLength(sparse, 12_000_000);
            }

            root.CreateFile(PathBytes.Decode([0x66, 0xfe]), 0x1a4).Dispose();
            root.CreateFile(new string('n', 180), 0x1a4).Dispose();
            root.MakeSymlink(new string('l', 180), "link");
        }

        foreach (var format in new[] { "--format=gnu", "--format=pax", "--format=pax --sparse-version=0.0", "--format=pax --sparse-version=0.1" })
        {
            var archive = Path.Combine(_directory.Path, "a.tar");
            await RunAsync("tar", ["-C", source, "-S", .. format.Split(' '), "-cf", archive, "."]);
            await using var stream = File.OpenRead(archive);
            var (layer, _) = await _writer.ApplyAsync(Snapshot.Scratch, stream, null, null, Token);
            await RunAsync("diff", "-r", "--no-dereference", source, _snapshotter.GetLayerDirectory(layer));
            using var applied = RootedDirectory.Open(_snapshotter.GetLayerDirectory(layer));
            Assert.True(applied.Stat("sparse").Blocks * 512 < 1_000_000, format);
        }
    }

    [Fact]
    public async Task FileActions_OverManyLayers_ShowWhatTheyDid()
    {
        var parent = await ChangeAsync(await BaseAsync());
        var uses = new LayerUses();
        var operation = new FileOp();
        operation.Actions.Add(new FileAction { Input = 0, SecondaryInput = -1, Output = -1, Rm = new FileActionRm { Path = "/replaced" } });
        operation.Actions.Add(new FileAction { Input = 1, SecondaryInput = -1, Output = -1, Mkdir = new FileActionMkDir { Path = "/replaced", Mode = 0x1ed, Timestamp = -1 } });
        operation.Actions.Add(new FileAction
        {
            Input = 2,
            SecondaryInput = 0,
            Output = 0,
            Copy = new FileActionCopy { Src = "/kept", Dest = "/replaced/copy", Mode = -1, Timestamp = -1, DirCopyContents = true, CreateDestPath = true, AllowWildcard = true, FollowSymlink = true },
        });
        var services = new FileServices(_snapshotter, uses, new Unpacked(), new ContentHash(_snapshotter));
        var context = new OperationContext(Digest.Of("v"), new Silent(), [], false);
        var results = await new FileOperation(operation, 1, services).RunAsync(context, [new SnapshotResult(parent, uses)], Token);

        var shown = await DescribeAsync(((SnapshotResult)results[0]).Snapshot);
        Assert.Contains("replaced/copy/file Regular", shown);
        Assert.DoesNotContain("replaced/new", shown);
        Assert.DoesNotContain("replaced/old", shown);
        Assert.Contains("kept/file Regular", shown);
    }

    private async Task<Snapshot> BaseAsync()
    {
        await using var layer = await _snapshotter.PrepareAsync(Snapshot.Scratch, Token);
        var root = layer.RootPath;
        System.IO.Directory.CreateDirectory(root + "/replaced");
        System.IO.Directory.CreateDirectory(root + "/kept");
        await File.WriteAllTextAsync(root + "/replaced/old", "old", Token);
        await File.WriteAllTextAsync(root + "/removed", "removed", Token);
        await File.WriteAllTextAsync(root + "/kept/file", "kept", Token);
        return Snapshot.Scratch.Append(await layer.CommitAsync(null, Token));
    }

    private async Task<Snapshot> ChangeAsync(Snapshot parent)
    {
        await using var layer = await _snapshotter.PrepareAsync(parent, Token);
        using (var root = RootedDirectory.Open(layer.RootPath))
        {
            root.RemoveFile("removed");
            root.RemoveTree("replaced");
            root.MakeDirectory("replaced", 0x1c9);
            root.CreateFile("replaced/new", 0x1a4).Dispose();
            root.MakeDirectories("dev");
            root.MakeNode("dev/null-like", FileType.CharacterDevice, 0x1a4, new DeviceNumber(1, 3));
            root.MakeNode("pipe", FileType.Fifo, 0x180, default);
            root.CreateFile("one", 0x1a4).Dispose();
            root.MakeHardLink("one", "two");
            root.SetOwner("one", 1000, 1000);
            root.SetMode("one", 0x9ed);
            root.SetXattr("one", "security.capability", [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            root.SetXattr("one", "user.binary", [0, 255, 10]);
            root.MakeSymlink("/etc/passwd", "link");
            root.CreateFile(PathBytes.Decode([0x66, 0xfe]), 0x1a4).Dispose();
            foreach (var path in new[] { "replaced/new", "replaced", "dev/null-like", "dev", "pipe", "one", "link" })
            {
                root.SetTimes(path, new FileTime(1_000_000, 0), new FileTime(1_000_000, 0));
            }
        }

        return parent.Append(await layer.CommitAsync(null, Token));
    }

    private async Task<string> DescribeAsync(Snapshot snapshot)
    {
        await using var mounted = await _snapshotter.MountAsync(snapshot, Token);
        using var root = RootedDirectory.Open(mounted.RootPath);
        using var walker = new DirectoryWalker(root);
        var text = new System.Text.StringBuilder();
        while (walker.MoveNext())
        {
            var stat = walker.Stat;
            text.Append(walker.Path).Append(' ').Append(stat.Type).Append(' ').Append(stat.Mode).Append(' ').Append(stat.Uid).Append(' ').Append(stat.Gid).Append(' ').Append(stat.RawDevice);
            text.Append(' ').Append(stat.IsDirectory ? 0 : stat.Links).Append(' ').Append(stat.Modified.Seconds).Append(' ');
            text.Append(stat.IsSymlink ? walker.ReadLink() : stat.IsRegular ? File.Exists(mounted.RootPath + "/" + walker.Path) ? await File.ReadAllTextAsync(mounted.RootPath + "/" + walker.Path, Token) : "" : "");
            foreach (var attribute in walker.ListXattrs())
            {
                text.Append(' ').Append(attribute).Append('=').Append(Convert.ToHexString(walker.GetXattr(attribute)!));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
#pragma warning disable RS0030 // Other programs are what this is checked against.
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
#pragma warning restore RS0030
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, output + await error);
        return output;
    }

    private sealed class Unpacked : ILayerProvider
    {
        public ValueTask EnsureAsync(Snapshot snapshot, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public long LossCount => 0;

        public ValueTask EnsureBlobAsync(Snapshot snapshot, Digest blob, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<bool> CanProvideAsync(Snapshot snapshot, CancellationToken cancellationToken) => ValueTask.FromResult(true);
    }

    private sealed class Silent : IVertexProgress
    {
        public void Log(int stream, ReadOnlySpan<byte> data)
        {
        }

        public void Status(string id, string name, long current, long total, bool isCompleted)
        {
        }

        public void Warn(BuildWarning warning)
        {
        }
    }
}
