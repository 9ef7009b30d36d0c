using Cofferdam.Model;
using Cofferdam.Storage;
using Xunit;

namespace Cofferdam.Testing;

/// <summary>What every snapshotter does.</summary>
public abstract class SnapshotterContract
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract ISnapshotter Snapshotter { get; }

    [Fact]
    public async Task Scratch_Mounted_IsEmpty()
    {
        await using var mounted = await Snapshotter.MountAsync(Snapshot.Scratch, Token);

        Assert.Empty(Directory.EnumerateFileSystemEntries(mounted.RootPath));
    }

    [Fact]
    public async Task Layers_Stacked_ShowTheHighestOfEachFile()
    {
        var snapshot = await StackAsync(Snapshot.Scratch, ("a", "1"), ("b", "1"));
        snapshot = await StackAsync(snapshot, ("b", "2"), ("c", "2"));
        snapshot = await StackAsync(snapshot, ("c", "3"));

        Assert.Equal("a=1 b=2 c=3", await ShowAsync(snapshot));
        Assert.Equal("a=1 b=2 c=2", await ShowAsync(new Snapshot(snapshot.Layers[..2])));
    }

    [Fact]
    public async Task Layer_HoldsJustTheChanges()
    {
        var snapshot = await StackAsync(Snapshot.Scratch, ("a", "1"), ("b", "1"));
        snapshot = await StackAsync(snapshot, ("b", "2"));

        Assert.Equal(["b"], Directory.EnumerateFiles(Snapshotter.GetLayerDirectory(snapshot.Layers[1])).Select(Path.GetFileName));
    }

    [Fact]
    public async Task File_RemovedInTheRoot_IsGoneAbove()
    {
        var parent = await StackAsync(Snapshot.Scratch, ("a", "1"), ("b", "1"));
        await using var layer = await Snapshotter.PrepareAsync(parent, Token);
        File.Delete(Path.Combine(layer.RootPath, "a"));

        var snapshot = parent.Append(await layer.CommitAsync(null, Token));

        Assert.Equal("b=1", await ShowAsync(snapshot));
        Assert.Equal("a=1 b=1", await ShowAsync(parent));
    }

    [Fact]
    public async Task Upper_WrittenDirectly_IsTheLayer()
    {
        var parent = await StackAsync(Snapshot.Scratch, ("a", "1"));
        await using var layer = await Snapshotter.PrepareAsync(parent, Token);
        await File.WriteAllTextAsync(Path.Combine(layer.UpperPath, "b"), "2", Token);

        var snapshot = parent.Append(await layer.CommitAsync(null, Token));

        Assert.Equal("a=1 b=2", await ShowAsync(snapshot));
    }

    [Fact]
    public async Task Layers_OfTwoBranches_Merge()
    {
        var first = await StackAsync(Snapshot.Scratch, ("a", "1"));
        var second = await StackAsync(Snapshot.Scratch, ("b", "2"));

        Assert.Equal("a=1 b=2", await ShowAsync(new Snapshot([.. first.Layers, .. second.Layers])));
    }

    [Fact]
    public async Task Layer_NamedTwice_HidesWhatLiesBetween()
    {
        var a = await StackAsync(Snapshot.Scratch, ("a", "1"), ("b", "1"));
        var b = await StackAsync(Snapshot.Scratch, ("b", "2"), ("c", "2"));

        Assert.Equal("a=1 b=1 c=2", await ShowAsync(new Snapshot([.. a.Layers, .. b.Layers, .. a.Layers])));
        Assert.Equal("a=1 b=1", await ShowAsync(new Snapshot([.. a.Layers, .. a.Layers])));
    }

    [Fact]
    public async Task Soak_OfManyAtOnce_NeverFailsAndNeverLies()
    {
        var parent = await StackAsync(Snapshot.Scratch, ("base", "0"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            async () =>
            {
                for (var turn = 0; turn < 20; turn++)
                {
                    var snapshot = await StackAsync(parent, ("own", $"{worker}.{turn}"));
                    Assert.Equal($"base=0 own={worker}.{turn}", await ShowAsync(snapshot));
                    await Snapshotter.RemoveAsync(snapshot.Layers[1], Token);
                    Assert.False(Snapshotter.Exists(snapshot.Layers[1]));
                }
            },
            Token)));

        Assert.Equal(parent.Layers, Snapshotter.List());
    }

    [Fact]
    public async Task Layer_Disposed_IsNotThere()
    {
        var before = Snapshotter.List();
        string upper;
        await using (var layer = await Snapshotter.PrepareAsync(Snapshot.Scratch, Token))
        {
            upper = layer.UpperPath;
            await File.WriteAllTextAsync(Path.Combine(layer.RootPath, "a"), "1", Token);
        }

        Assert.False(Directory.Exists(upper));
        Assert.Equal(before, Snapshotter.List());
    }

    [Fact]
    public async Task Commit_WithAName_HasIt()
    {
        await using var layer = await Snapshotter.PrepareAsync(Snapshot.Scratch, Token);

        var name = await layer.CommitAsync(new LayerId("sha256:abc"), Token);

        Assert.Equal(new LayerId("sha256:abc"), name);
        Assert.True(Snapshotter.Exists(name));
        Assert.Contains(name, Snapshotter.List());
    }

    [Fact]
    public async Task Commit_ToANameThatIsTaken_KeepsTheFirst()
    {
        await CommitNamedAsync("1");
        var snapshot = new Snapshot([await CommitNamedAsync("2")]);

        Assert.Equal("a=1", await ShowAsync(snapshot));
        Assert.Single(Snapshotter.List());

        async Task<LayerId> CommitNamedAsync(string content)
        {
            await using var layer = await Snapshotter.PrepareAsync(Snapshot.Scratch, Token);
            await File.WriteAllTextAsync(Path.Combine(layer.RootPath, "a"), content, Token);
            return await layer.CommitAsync(new LayerId("name"), Token);
        }
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData("")]
    public async Task Commit_ToANameThatIsAPath_Throws(string name)
    {
        await using var layer = await Snapshotter.PrepareAsync(Snapshot.Scratch, Token);

        await Assert.ThrowsAsync<InvalidInputException>(async () => await layer.CommitAsync(new LayerId(name), Token));
    }

    [Fact]
    public async Task Layer_NotThere_IsNotFound()
    {
        var missing = new Snapshot([new LayerId("missing")]);

        Assert.False(Snapshotter.Exists(missing.Layers[0]));
        Assert.Throws<NotFoundException>(() => Snapshotter.GetLayerDirectory(missing.Layers[0]));
        await Assert.ThrowsAsync<NotFoundException>(async () => await Snapshotter.MountAsync(missing, Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await Snapshotter.PrepareAsync(missing, Token));
        await Snapshotter.RemoveAsync(missing.Layers[0], Token);
    }

    [Fact]
    public async Task Remove_OfALayerInUse_ThrowsUntilItIsNot()
    {
        var snapshot = await StackAsync(await StackAsync(Snapshot.Scratch, ("a", "1")), ("b", "2"));
        var mounted = await Snapshotter.MountAsync(snapshot, Token);
        await Assert.ThrowsAsync<ConflictException>(async () => await Snapshotter.RemoveAsync(snapshot.Layers[0], Token));
        await mounted.DisposeAsync();
        await mounted.DisposeAsync();
        await using (await Snapshotter.PrepareAsync(snapshot, Token))
        {
            await Assert.ThrowsAsync<ConflictException>(async () => await Snapshotter.RemoveAsync(snapshot.Layers[1], Token));
        }

        await Snapshotter.RemoveAsync(snapshot.Layers[0], Token);

        Assert.False(Snapshotter.Exists(snapshot.Layers[0]));
        Assert.True(Snapshotter.Exists(snapshot.Layers[1]));
    }

    [Fact]
    public async Task Size_CountsWhatALayerHolds()
    {
        var small = await StackAsync(Snapshot.Scratch, ("a", "1"));
        var large = await StackAsync(small, ("b", new string('x', 1_000_000)));

        Assert.InRange(await Snapshotter.GetSizeAsync(small.Layers[0], Token), 0, 100_000);
        Assert.InRange(await Snapshotter.GetSizeAsync(large.Layers[1], Token), 1_000_000, 1_100_000);
    }

    protected async Task<Snapshot> StackAsync(Snapshot parent, params (string Name, string Content)[] files)
    {
        await using var layer = await Snapshotter.PrepareAsync(parent, Token);
        foreach (var (name, content) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(layer.RootPath, name), content, Token);
        }

        return parent.Append(await layer.CommitAsync(null, Token));
    }

    protected async Task<string> ShowAsync(Snapshot snapshot)
    {
        await using var mounted = await Snapshotter.MountAsync(snapshot, Token);
        return string.Join(' ', Directory.EnumerateFiles(mounted.RootPath).Order(StringComparer.Ordinal).Select(path => $"{Path.GetFileName(path)}={File.ReadAllText(path)}"));
    }
}
