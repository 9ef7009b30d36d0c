using Cofferdam.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>What is copied: where a walk is, or what a path names.</summary>
internal readonly struct SourceEntry
{
    private readonly DirectoryWalker? _at;
    private readonly RootedDirectory? _root;
    private readonly string _path;

    public SourceEntry(DirectoryWalker at) => (_at, _path, Stat) = (at, at.Path, at.Stat);

    public SourceEntry(RootedDirectory root, string path, FileStat stat) => (_root, _path, Stat) = (root, path, stat);

    public FileStat Stat { get; }

    public SafeFileHandle OpenRead() => _at?.OpenRead() ?? _root!.OpenRead(_path);

    public string ReadLink() => _at?.ReadLink() ?? _root!.ReadLink(_path);

    public IReadOnlyList<string> ListXattrs() => _at?.ListXattrs() ?? _root!.ListXattrs(_path);

    public byte[]? GetXattr(string name) => _at is null ? _root!.GetXattr(_path, name) : _at.GetXattr(name);

    /// <summary>Gives it one more name; false where that cannot be.</summary>
    public bool TryLink(RootedDirectory target, string path) => _at?.TryLink(target, path) ?? _root!.TryLink(_path, target, path);
}
