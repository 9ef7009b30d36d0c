using Cofferdam.Linux;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>The file system that actions change: a layer's upper directory with what is below, unmounted.</summary>
internal sealed class WorkingTree : IAsyncDisposable
{
    private readonly RootedDirectory _upper;
    private readonly List<(string Path, FileTime Modified)> _directoryTimes = [];
    private readonly HashSet<(DeviceNumber Device, ulong Inode)> _linked = [];
    private bool _cannotLink;

    private WorkingTree(IActiveLayer layer, RootedDirectory upper, MergedView view) => (Layer, _upper, View) = (layer, upper, view);

    /// <summary>The layer being written.</summary>
    public IActiveLayer Layer { get; }

    /// <summary>What the file system shows.</summary>
    public MergedView View { get; }

    /// <summary>The directory that is written.</summary>
    public RootedDirectory Upper => _upper;

    /// <summary>Begins a layer over a file system.</summary>
    public static async Task<WorkingTree> BeginAsync(ISnapshotter snapshotter, Snapshot parent, CancellationToken cancellationToken)
    {
        var layer = await snapshotter.PrepareAsync(parent, cancellationToken);
        RootedDirectory? upper = null;
        try
        {
            upper = RootedDirectory.Open(layer.UpperPath);
            return new WorkingTree(layer, upper, MergedView.Of(upper, parent, snapshotter));
        }
        catch
        {
            upper?.Dispose();
            await layer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings a directory up, its times restored in the end.</summary>
    public void BringUp(string directory)
    {
        foreach (var (path, modified) in View.BringUpDirectory(directory))
        {
            if (modified is { } time)
            {
                _directoryTimes.Add((path, time));
            }
        }
    }

    /// <summary>Makes every missing directory of a canonical path with the same mode, owner and times.</summary>
    public void MakeDirectories(string path, uint mode, FileOwner? owner, FileTime? modified)
    {
        if (View.TryStat(path, out var stat))
        {
            if (!stat.IsDirectory)
            {
                throw new LinuxException(Errno.ENOTDIR, "mkdir", "/" + path);
            }

            return;
        }

        MakeDirectories(Parent(path), mode, owner, modified);
        MakeDirectory(path, mode, owner ?? default);
        if (modified is { } time)
        {
            KeepTime(path, time);
        }
    }

    /// <summary>Makes one directory where there is none.</summary>
    public void MakeDirectory(string path, uint mode, FileOwner owner)
    {
        BringUp(Parent(path));
        View.MakeDirectory(path, mode);
        Upper.SetOwner(path, owner.Uid, owner.Gid);
        Upper.SetMode(path, mode);
    }

    /// <summary>Makes a file another name of one in a committed layer, which nobody writes to; false where it must be copied.</summary>
    /// <remarks>Each file once in a tree: a second name for it here would be a hard link in the layer, which the source does not have.</remarks>
    public bool TryLink(in FileStat source, Func<RootedDirectory, string, bool> link, string path)
    {
        return ClaimLink(source) && !(_cannotLink = !link(Upper, path));
    }

    /// <summary>Whether the caller may make the file another name of one in a committed layer; it is then to do so.</summary>
    public bool ClaimLink(in FileStat source) => !_cannotLink && _linked.Add((source.Device, source.Inode));

    /// <summary>Sets a directory's time in the end, when all in it is written.</summary>
    public void KeepTime(string directory, FileTime modified) => _directoryTimes.Add((directory, modified));

    /// <summary>Sets the times that writing in directories changed, and closes the tree for a commit or disposal.</summary>
    public void Finish()
    {
        var set = new HashSet<string>(StringComparer.Ordinal);
        for (var i = _directoryTimes.Count - 1; i >= 0; i--)
        {
            var (path, modified) = _directoryTimes[i];
            if (set.Add(path) && Upper.TryStat(path, out var stat) && stat.IsDirectory)
            {
                Upper.SetTimes(path, modified, modified);
            }
        }

        _directoryTimes.Clear();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        View.Dispose();
        _upper.Dispose();
        return Layer.DisposeAsync();
    }

    internal static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    internal static string Join(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;

    internal static string BaseName(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The time an action gives what it makes; null leaves it.</summary>
    internal static FileTime? Time(long nanoseconds) => nanoseconds == -1 ? null : FileTime.FromNanoseconds(nanoseconds);
}
