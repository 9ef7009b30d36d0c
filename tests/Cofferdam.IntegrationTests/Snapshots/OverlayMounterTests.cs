using Cofferdam.Linux;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Snapshots;

public sealed class OverlayMounterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Layers_MountedWithOneString_AreStacked()
    {
        var overlay = Prepare("a:b,c", new string('d', 120));

        OverlayMounter.MountByString(overlay, _directory["root"]);

        Check();
    }

    [Fact]
    public void Layers_WithLongPaths_MountOneByOne()
    {
        var overlay = Prepare("a:b,c", new string('d', 200) + "/" + new string('e', 200));

        Mounts.Overlay(overlay, _directory["root"]);

        Check();
    }

    private OverlayMount Prepare(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(_directory[name]);
            File.WriteAllText(Path.Combine(_directory[name], "file"), name);
        }

        foreach (var name in (string[])["upper", "work", "root"])
        {
            Directory.CreateDirectory(_directory[name]);
        }

        return new OverlayMount { LowerDirectories = [.. names.Select(name => _directory[name])], UpperDirectory = _directory["upper"], WorkDirectory = _directory["work"], Volatile = true };
    }

    private void Check()
    {
        Assert.Equal("a:b,c", File.ReadAllText(_directory["root/file"]));
        File.WriteAllText(_directory["root/new"], "new");
        Mounts.Unmount(_directory["root"]);
        Assert.Equal("new", File.ReadAllText(_directory["upper/new"]));
        Mounts.Unmount(_directory["root"]);
    }
}
