using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

/// <summary>Walks a tree, each directory before what is in it, names in the order of their bytes; follows no symlink. The start itself is not visited.</summary>
public sealed class DirectoryWalker : IDisposable
{
    private readonly Stack<Frame> _frames = [];
    private bool _descend;

    /// <summary>Walks beneath a directory of a root.</summary>
    /// <param name="root">The root; used no more after this call.</param>
    /// <param name="path">The directory, empty for the root itself; a symlink is refused.</param>
    public DirectoryWalker(RootedDirectory root, string path = "")
    {
        var directory = root.OpenDirectory(path.Length == 0 ? "." : path);
        _frames.Push(new Frame(directory, DirectoryNames.Read(directory, path), ""));
    }

    /// <summary>The entry's path, relative to where the walk began.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The entry's name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What is known of the entry.</summary>
    public FileStat Stat { get; private set; }

    /// <summary>How many directories the entry is beneath the start; 0 is in it.</summary>
    public int Depth => _frames.Count - 1;

    /// <summary>Goes to the next entry; false at the end. An entry removed meanwhile is passed over.</summary>
    public bool MoveNext()
    {
        if (_descend)
        {
            _descend = false;
            Descend();
        }

        while (_frames.TryPeek(out var frame))
        {
            if (!frame.Names.MoveNext())
            {
                _frames.Pop().Directory.Dispose();
                continue;
            }

            Name = frame.Names.Current;
            Path = frame.Prefix + Name;
            if (!RootedDirectory.TryStatAt(frame.Directory, Name, Path, out var stat))
            {
                continue;
            }

            Stat = stat;
            _descend = stat.IsDirectory;
            return true;
        }

        return false;
    }

    /// <summary>Leaves out what is in the directory just visited.</summary>
    public void SkipChildren() => _descend = false;

    /// <summary>Opens the entry for reading; a symlink is refused.</summary>
    public SafeFileHandle OpenRead() => RootedDirectory.OpenAt(_frames.Peek().Directory, Name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, Path);

    /// <summary>The text of the entry, a symlink.</summary>
    public string ReadLink() => RootedDirectory.ReadLinkAt(_frames.Peek().Directory, Name, Path);

    /// <summary>The names of the entry's extended attributes, sorted.</summary>
    public IReadOnlyList<string> ListXattrs() => RootedDirectory.ListXattrsAt(_frames.Peek().Directory, Name, Path);

    /// <summary>The value of an extended attribute of the entry; null when it has none of that name.</summary>
    public byte[]? GetXattr(string attribute) => RootedDirectory.GetXattrAt(_frames.Peek().Directory, Name, attribute, Path);

    /// <summary>Gives the entry, which is no directory, one more name elsewhere; false where that cannot be: on another file system or mount, or with too many names.</summary>
    public bool TryLink(RootedDirectory target, string path) => target.TryLinkFrom(_frames.Peek().Directory, Name, path);

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_frames.TryPop(out var frame))
        {
            frame.Directory.Dispose();
        }
    }

    private void Descend()
    {
        var directory = RootedDirectory.OpenAt(_frames.Peek().Directory, Name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, Path);
        _frames.Push(new Frame(directory, DirectoryNames.Read(directory, Path), Path + "/"));
    }

    private sealed record Frame(SafeFileHandle Directory, DirectoryNames Names, string Prefix);
}
