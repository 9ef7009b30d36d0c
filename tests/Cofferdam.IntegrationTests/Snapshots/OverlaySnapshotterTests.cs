using Cofferdam.Linux;
using Cofferdam.Storage;
using Cofferdam.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Snapshots;

public sealed class OverlaySnapshotterTests : SnapshotterContract, IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private OverlaySnapshotter _snapshotter;

    public OverlaySnapshotterTests() => _snapshotter = Open();

    protected override ISnapshotter Snapshotter => _snapshotter;

    public async ValueTask DisposeAsync()
    {
        await _snapshotter.DisposeAsync();
        Assert.Empty(MountsBelow());
        _directory.Dispose();
    }

    [Fact]
    public async Task Layer_WhoseRootIsNotAskedFor_IsNotMounted()
    {
        var parent = await StackAsync(Snapshot.Scratch, ("a", "1"));
        await using var layer = await _snapshotter.PrepareAsync(parent, Token);
        Assert.Empty(MountsBelow());

        Assert.NotEqual(layer.UpperPath, layer.RootPath);
        Assert.Single(MountsBelow());
    }

    [Fact]
    public async Task FileSystem_OfOneLayer_IsNotMounted()
    {
        var snapshot = await StackAsync(Snapshot.Scratch, ("a", "1"));

        await using var mounted = await _snapshotter.MountAsync(snapshot, Token);

        Assert.Equal(_snapshotter.GetLayerDirectory(snapshot.Layers[0]), mounted.RootPath);
        Assert.Empty(MountsBelow());
    }

    [Fact]
    public async Task FileSystem_MountedTwice_IsMountedOnceAndKeptForAWhile()
    {
        var snapshot = await StackAsync(await StackAsync(Snapshot.Scratch, ("a", "1")), ("b", "2"));
        var first = await _snapshotter.MountAsync(snapshot, Token);
        var second = await _snapshotter.MountAsync(snapshot, Token);
        Assert.Equal(first.RootPath, second.RootPath);
        await first.DisposeAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(MountsBelow());

        await second.DisposeAsync();
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Single(MountsBelow());
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(MountsBelow());
    }

    [Fact]
    public async Task FileSystem_MountedForReading_CannotBeWritten()
    {
        var snapshot = await StackAsync(await StackAsync(Snapshot.Scratch, ("a", "1")), ("b", "2"));
        await using var mounted = await _snapshotter.MountAsync(snapshot, Token);

        Assert.ThrowsAny<IOException>(() => File.WriteAllText(Path.Combine(mounted.RootPath, "x"), "x"));
    }

    [Fact]
    public async Task FileSystem_Of400Layers_Mounts()
    {
        var layers = new List<LayerId>();
        for (var number = 0; number < 400; number++)
        {
            layers.AddRange((await StackAsync(Snapshot.Scratch, ($"f{number}", "x"))).Layers);
        }

        await using var mounted = await _snapshotter.MountAsync(new Snapshot([.. layers]), Token);

        Assert.Equal(400, Directory.GetFiles(mounted.RootPath).Length);
    }

    [Fact]
    public async Task Layer_OverAnother_TakesTheRootsMode()
    {
        var parent = await StackAsync(Snapshot.Scratch, ("a", "1"));
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.StickyBit;
        File.SetUnixFileMode(_snapshotter.GetLayerDirectory(parent.Layers[0]), mode);

        await using var layer = await _snapshotter.PrepareAsync(parent, Token);

        Assert.Equal(mode, File.GetUnixFileMode(layer.RootPath));
    }

    [Fact]
    public async Task Layer_OverNothing_LetsEveryoneInAtItsRoot()
    {
        await using var layer = await _snapshotter.PrepareAsync(Snapshot.Scratch, Token);

        Assert.True(File.GetUnixFileMode(layer.UpperPath).HasFlag(UnixFileMode.OtherRead | UnixFileMode.OtherExecute));
    }

    [Fact]
    public async Task Start_AfterAKill_KeepsWhatIsCommittedAndUndoesTheRest()
    {
        var parent = await StackAsync(Snapshot.Scratch, ("a", "1"));
        var active = await _snapshotter.PrepareAsync(parent, Token);
        await File.WriteAllTextAsync(Path.Combine(active.RootPath, "half"), "x", Token);
        Directory.CreateDirectory(_directory["trash/leftover/fs"]);

        // No disposal: what a killed daemon leaves.
        var killed = _snapshotter;
        _snapshotter = Open();
        await _snapshotter.EmptyTrashAsync(Token);

        Assert.Equal(parent.Layers, _snapshotter.List());
        Assert.Empty(MountsBelow());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory["active"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory["trash"]));
        Assert.Equal("a=1", await ShowAsync(parent));
        await killed.DisposeAsync();
    }

    [Fact]
    public async Task Start_AfterALossOfPower_DropsTheLayersThatMayBeDamaged()
    {
        var old = await StackAsync(Snapshot.Scratch, ("a", "1"));
        _clock.Advance(TimeSpan.FromHours(1));
        await File.WriteAllTextAsync(_directory["SYNC"], $"another-boot\n{_clock.GetUtcNow().ToUnixTimeMilliseconds()}\n", Token);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await StackAsync(Snapshot.Scratch, ("b", "2"));
        await _snapshotter.DisposeAsync();

        _snapshotter = OverlaySnapshotter.Open(_directory.Path, SyncPoints.Open(_directory["SYNC"], _clock), _clock);

        Assert.Equal(old.Layers, _snapshotter.List());
    }

    [Fact]
    public async Task Trash_WithALinkToElsewhere_LeavesWhatItPointsTo()
    {
        Directory.CreateDirectory(_directory["elsewhere"]);
        await File.WriteAllTextAsync(_directory["elsewhere/file"], "x", Token);
        await using (var layer = await _snapshotter.PrepareAsync(Snapshot.Scratch, Token))
        {
            Directory.CreateSymbolicLink(Path.Combine(layer.UpperPath, "link"), _directory["elsewhere"]);
        }

        await _snapshotter.EmptyTrashAsync(Token);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory["trash"]));
        Assert.True(File.Exists(_directory["elsewhere/file"]));
    }

    private OverlaySnapshotter Open() => OverlaySnapshotter.Open(_directory.Path, null, _clock, TimeSpan.FromSeconds(5));

    private IEnumerable<string> MountsBelow() =>
        MountInfo.Read().Select(mount => mount.MountPoint).Where(path => path.StartsWith(_directory.Path + "/", StringComparison.Ordinal));
}
