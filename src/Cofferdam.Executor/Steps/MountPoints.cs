using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>Makes the mount points that a root lacks, and afterwards takes away those that nobody used, so that nothing of them gets into a layer.</summary>
/// <remarks>Everything happens inside the root, by handles (CVE-2024-23652). Directories that only we touched get their times back.</remarks>
internal sealed class MountPoints(RootedDirectory root)
{
    private readonly List<string> _targets = [];
    private readonly List<(string Path, FileStat Stat)> _made = [];
    private readonly Dictionary<string, (FileTime Before, FileTime After)> _touched = [];

    /// <summary>Makes a mount point where it is missing and returns its path without links.</summary>
    /// <param name="target">The path in the container.</param>
    /// <param name="isDirectory">Whether a directory is mounted there.</param>
    /// <param name="keepsParents">Whether directories made above it stay.</param>
    public string Add(string target, bool isDirectory, bool keepsParents)
    {
        var written = Normalize(target);
        if (IsCovered(written))
        {
            _targets.Add(written); // In another mount, where the runtime makes it.
            return "/" + written;
        }

        var path = root.ResolvePath(target);
        if (path.Length == 0)
        {
            throw new InvalidInputException($"invalid mount target {Quote.Text(target)}: it is the root");
        }

        if (!IsCovered(path))
        {
            Make(path, isDirectory, keepsParents);
        }

        _targets.Add(path);
        if (written != path)
        {
            _targets.Add(written);
        }

        return "/" + path;
    }

    /// <summary>The mode of the root's directory at a mount point; null where another mount covers it.</summary>
    public uint? ModeOf(string target) =>
        target.Trim('/') is var path && _targets.Count(other => path == other || path.StartsWith(other + "/", StringComparison.Ordinal)) <= 1 && root.TryStat(path, out var stat) && stat.IsDirectory
            ? stat.Mode
            : null;

    /// <summary>Whether something is mounted at a path or above it.</summary>
    public bool IsCovered(string path) => _targets.Exists(target => path == target || path.StartsWith(target + "/", StringComparison.Ordinal));

    /// <summary>Removes what was made and is as it was made.</summary>
    public void Remove()
    {
        root.Forget();
        var observed = new List<(string Path, FileTime Time)>();
        foreach (var (path, (before, after)) in _touched)
        {
            if (root.TryStat(path, out var stat) && stat.IsDirectory)
            {
                observed.Add((path, stat.Modified == after ? before : stat.Modified));
            }
        }

        for (var index = _made.Count - 1; index >= 0; index--)
        {
            RemoveOne(_made[index].Path, _made[index].Stat);
        }

        foreach (var (path, time) in observed)
        {
            // A directory that was made for a mount point may be gone with it.
            if (root.Exists(path))
            {
                root.SetTimes(path, time, time);
            }
        }

        _made.Clear();
        _touched.Clear();
    }

    internal static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private void Make(string path, bool isDirectory, bool keepsParents)
    {
        var missing = new Stack<string>();
        var at = path;
        while (at.Length > 0 && !root.TryStat(at, out _))
        {
            missing.Push(at);
            at = ParentOf(at);
        }

        if (missing.Count == 0)
        {
            return;
        }

        var above = at.Length == 0 ? "." : at;
        var before = _touched.TryGetValue(above, out var known) ? known.Before : root.Stat(above).Modified;
        try
        {
            while (missing.TryPop(out var next))
            {
                MakeOne(next, isDirectory || missing.Count > 0, keeps: keepsParents && missing.Count > 0);
            }
        }
        catch (LinuxException error) when (error.Errno == Errno.ENOTDIR)
        {
            throw new InvalidInputException($"cannot mount at {Quote.Text("/" + path)}: {Quote.Text("/" + at)} is not a directory", error);
        }

        _touched[above] = (before, root.Stat(above).Modified);
    }

    private void MakeOne(string path, bool isDirectory, bool keeps)
    {
        const uint directoryMode = 0x1ed; // 0755
        const uint fileMode = 0x1a4; // 0644
        if (isDirectory)
        {
            root.MakeDirectory(path, directoryMode);
            root.SetMode(path, directoryMode);
        }
        else
        {
            root.CreateFile(path, fileMode).Dispose();
        }

        if (!keeps)
        {
            _made.Add((path, root.Stat(path)));
        }
    }

    private void RemoveOne(string path, FileStat made)
    {
        try
        {
            if (!root.TryStat(path, out var now) || now.Type != made.Type || now.Inode != made.Inode)
            {
                return;
            }

            if (now.IsDirectory)
            {
                root.RemoveDirectory(path);
            }
            else if (now.Size == 0)
            {
                root.RemoveFile(path);
            }
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOTEMPTY or Errno.EEXIST or Errno.EBUSY)
        {
            // The step put something there; it is the step's now.
        }
    }

    private static string ParentOf(string path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : string.Empty;
}
