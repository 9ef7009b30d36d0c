using Cofferdam.Linux;
using Cofferdam.Model;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Storage.Layers;

/// <summary>What an overlay mount of an upper directory over lower layers would show, without a mount; and a way to bring directories and files up.</summary>
/// <remarks>Paths are canonical (<see cref="ResolvePath"/>): no symlinks in their directories. Not thread-safe. Writers of the upper directory call
/// <see cref="Forget"/> after they removed or replaced something there.</remarks>
public sealed class MergedView : IDisposable
{
    private const int MaxLinks = 255;
    private const uint DirectoryMode = 0x1ed; // 0755

    private readonly RootedDirectory[] _layers;
    private readonly Dictionary<string, List<RootedDirectory>> _directories = [];

    private readonly bool _ownsUpper;

    /// <summary>Merges an upper directory, owned by the caller, with lower ones.</summary>
    /// <param name="upper">The directory that receives changes.</param>
    /// <param name="lowerPaths">The directories below, topmost first.</param>
    public MergedView(RootedDirectory upper, IEnumerable<string> lowerPaths)
        : this([upper, .. lowerPaths.Select(RootedDirectory.Open)], ownsUpper: false)
    {
    }

    private MergedView(RootedDirectory[] layers, bool ownsUpper) => (_layers, Upper, _ownsUpper) = (layers, layers[0], ownsUpper);

    /// <summary>The upper directory.</summary>
    public RootedDirectory Upper { get; }

    /// <summary>Whether there are layers below the upper directory.</summary>
    internal bool HasBelow => _layers.Length > 1;

    /// <summary>Merges the upper directory of a layer being written with its parent's layers.</summary>
    public static MergedView Of(RootedDirectory upper, Snapshot parent, ISnapshotter snapshotter) =>
        new(upper, parent.Layers.Reverse().Select(snapshotter.GetLayerDirectory));

    /// <summary>What is at a path; false when nothing is.</summary>
    public bool TryStat(string path, out FileStat stat) => Find(path, out stat) is not null;

    /// <summary>The text of a symlink.</summary>
    public string ReadLink(string path) => Require(path).ReadLink(path);

    /// <summary>Opens a file for reading.</summary>
    public SafeFileHandle OpenRead(string path) => Require(path).OpenRead(path);

    /// <summary>The path with its symlinks resolved inside the merged root; what is not there stays as it is written. See <see cref="RootedDirectory.ResolvePath"/>.</summary>
    public string ResolvePath(string path, bool followLast = true)
    {
        var rest = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var done = "";
        for (var links = 0; rest.TryPop(out var name);)
        {
            if (name is "." or "..")
            {
                done = name == "." ? done : Parent(done);
                continue;
            }

            var current = Join(done, name);
            if ((rest.Count == 0 && !followLast) || !TryStat(current, out var stat) || !stat.IsSymlink)
            {
                done = current;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new LinuxException(Errno.ELOOP, "readlink", path);
            }

            var target = ReadLink(current);
            done = target.StartsWith('/') ? "" : done;
            foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                rest.Push(part);
            }
        }

        return done;
    }

    /// <summary>Makes sure that the upper directory has a directory: brought up with its attributes from below, or made new. Returns those made, outermost first,
    /// with their times when they came from below: these must be set again when all is written.</summary>
    public IReadOnlyList<(string Path, FileTime? Modified)> BringUpDirectory(string path)
    {
        var made = new List<(string, FileTime?)>();
        if (path.Length == 0 || (Upper.TryStat(path, out var upper) && upper.IsDirectory))
        {
            return made;
        }

        made.AddRange(BringUpDirectory(Parent(path)));
        var layer = Find(path, out var stat);
        if (layer is not null && !stat.IsDirectory)
        {
            throw new LinuxException(Errno.ENOTDIR, "mkdirat", path);
        }

        var hides = Upper.RemoveFile(path);
        Upper.MakeDirectory(path, DirectoryMode);
        Forget();
        if (hides && HasBelow)
        {
            OverlayMarks.SetOpaque(Upper, path);
        }

        if (layer is null)
        {
            Upper.SetMode(path, DirectoryMode);
            made.Add((path, null));
            return made;
        }

        CopyAttributes(layer, path, path, stat);
        made.Add((path, stat.Modified));
        return made;
    }

    /// <summary>Makes sure that the upper directory has a file that is no directory, copied from below.</summary>
    public void BringUpFile(string path)
    {
        var layer = Require(path);
        if (layer == Upper)
        {
            return;
        }

        BringUpDirectory(Parent(path));
        var stat = layer.Stat(path);
        switch (stat.Type)
        {
            case FileType.Regular:
                using (var source = layer.OpenRead(path))
                using (var target = Upper.CreateFile(path, 0))
                {
                    new FileCopy().Copy(source, target, stat);
                }

                break;
            case FileType.Symlink:
                Upper.MakeSymlink(layer.ReadLink(path), path);
                break;
            default:
                Upper.MakeNode(path, stat.Type, stat.Mode, stat.RawDevice);
                break;
        }

        CopyAttributes(layer, path, path, stat);
        Upper.SetTimes(path, stat.Modified, stat.Modified);
    }

    /// <summary>The names in a directory, sorted; none when it is no directory.</summary>
    public IReadOnlyList<string> List(string directory)
    {
        var found = new SortedSet<string>(Comparer<string>.Create(PathBytes.Compare));
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in LayersOf(directory))
        {
            foreach (var name in layer.ListNames(directory))
            {
                if (found.Contains(name) || hidden.Contains(name))
                {
                    continue;
                }

                if (layer.TryStat(Join(directory, name), out var stat) && stat.IsWhiteout)
                {
                    hidden.Add(name);
                    continue;
                }

                found.Add(name);
            }
        }

        return [.. found];
    }

    /// <summary>Whether nothing from below shows in a directory that the upper directory has.</summary>
    public bool IsUpperOnly(string directory) => LayersOf(directory) is [var only] && only == Upper;

    /// <summary>A directory of the view, brought up, as a view of its own, whose root nothing leaves. Disposed by the caller.</summary>
    public MergedView OpenDirectory(string path)
    {
        BringUpDirectory(path);
        return new MergedView([.. LayersOf(path).Select(layer => layer.OpenRoot(path.Length == 0 ? "." : path))], ownsUpper: true);
    }

    /// <summary>Makes a directory in the upper directory where the view has none; its parent must be there.</summary>
    public void MakeDirectory(string path, uint mode)
    {
        BringUpDirectory(Parent(path));
        var hides = Upper.RemoveFile(path);
        Upper.MakeDirectory(path, mode);
        if (hides && HasBelow)
        {
            OverlayMarks.SetOpaque(Upper, path);
        }

        Forget();
        Upper.SetMode(path, mode);
    }

    /// <summary>Removes an entry and all beneath it: from the upper directory, and by a mark what is below.</summary>
    public void Remove(string path)
    {
        BringUpDirectory(Parent(path));
        Upper.RemoveTree(path);
        Forget();
        if (TryStat(path, out _))
        {
            Upper.MakeNode(path, FileType.CharacterDevice, 0, default);
            Forget();
        }
    }

    /// <summary>Forgets what was looked up.</summary>
    public void Forget() => _directories.Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers.Skip(_ownsUpper ? 0 : 1))
        {
            layer.Dispose();
        }
    }

    internal static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    internal static string Join(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;

    private void CopyAttributes(RootedDirectory from, string path, string target, in FileStat stat)
    {
        Upper.SetOwner(target, stat.Uid, stat.Gid);
        foreach (var attribute in from.ListXattrs(path))
        {
            if (!OverlayMarks.IsOwn(attribute) && from.GetXattr(path, attribute) is { } value)
            {
                XattrWriter.Set(Upper, target, attribute, value);
            }
        }

        if (!stat.IsSymlink)
        {
            Upper.SetMode(target, stat.Mode);
        }
    }

    /// <summary>The layer of which the view shows what is at a path.</summary>
    internal RootedDirectory Holder(string path) => Require(path);

    private RootedDirectory Require(string path) => Find(path, out _) ?? throw new NotFoundException($"find {Quote.Text(path)}: no such file or directory");

    /// <summary>The topmost layer that has the path where no layer above hides it.</summary>
    private RootedDirectory? Find(string path, out FileStat stat)
    {
        if (path.Length == 0)
        {
            stat = Upper.Stat("");
            return Upper;
        }

        foreach (var layer in LayersOf(Parent(path)))
        {
            if (layer.TryStat(path, out stat))
            {
                return stat.IsWhiteout ? null : layer;
            }
        }

        stat = default;
        return null;
    }

    /// <summary>The layers whose directory of that path takes part, topmost first; none when it is no directory.</summary>
    private List<RootedDirectory> LayersOf(string directory)
    {
        if (_directories.TryGetValue(directory, out var known))
        {
            return known;
        }

        var found = new List<RootedDirectory>();
        foreach (var layer in directory.Length == 0 ? _layers : (IEnumerable<RootedDirectory>)LayersOf(Parent(directory)))
        {
            if (directory.Length > 0)
            {
                if (!layer.TryStat(directory, out var stat))
                {
                    continue;
                }

                if (!stat.IsDirectory)
                {
                    break;
                }
            }

            found.Add(layer);
            if (OverlayMarks.IsOpaque(layer, directory))
            {
                break;
            }
        }

        return _directories[directory] = found;
    }
}
