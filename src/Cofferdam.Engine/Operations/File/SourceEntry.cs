using Cofferdam.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>What is copied: where a walk is, or what a path names.</summary>
internal readonly struct SourceEntry
{
    private readonly DirectoryWalker? _at;
    private readonly RootedDirectory? _root;

    public SourceEntry(DirectoryWalker at, string path) => (_at, Path, Stat) = (at, path, at.Stat);

    public SourceEntry(RootedDirectory root, string path, FileStat stat) => (_root, Path, Stat) = (root, path, stat);

    /// <summary>The path in the tree.</summary>
    public string Path { get; }

    public FileStat Stat { get; }

    public SafeFileHandle OpenRead() => _at?.OpenRead() ?? _root!.OpenRead(Path);

    public string ReadLink() => _at?.ReadLink() ?? _root!.ReadLink(Path);

    public IReadOnlyList<string> ListXattrs() => _at?.ListXattrs() ?? _root!.ListXattrs(Path);

    public byte[]? GetXattr(string name) => _at is null ? _root!.GetXattr(Path, name) : _at.GetXattr(name);

    /// <summary>Gives it one more name; false where that cannot be.</summary>
    public bool TryLink(RootedDirectory target, string path) => _at?.TryLink(target, path) ?? _root!.TryLink(Path, target, path);
}
