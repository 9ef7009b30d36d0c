using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>Reads files of a tree that is mounted, for frontends and clients. Links stay inside.</summary>
internal static class TreeFiles
{
    private const int ReadLimit = 16 * 1024 * 1024;

    /// <summary>A part of a file; a length of 0 is to the end.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string tree, string path, long offset, long length, CancellationToken cancellationToken)
    {
        using var root = RootedDirectory.Open(tree);
        using var file = Open(root, path);
        var available = Math.Max(0, RandomAccess.GetLength(file) - offset);
        var wanted = length > 0 ? Math.Min(length, available) : available;
        if (wanted > ReadLimit)
        {
            throw new InvalidInputException($"reading {Quote.Text(path)}: {wanted} bytes are more than the {ReadLimit} of one message") { Hint = "read it in parts" };
        }

        var buffer = new byte[wanted];
        var read = await RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);
        return buffer.AsMemory(0, read);
    }

    /// <summary>The entries of a directory, paths being base names; an empty pattern takes all.</summary>
    public static IReadOnlyList<Stat> List(string tree, string path, string includePattern)
    {
        using var root = RootedDirectory.Open(tree);
        var entries = new List<Stat>();
        using var walker = new DirectoryWalker(root, Resolve(root, path));
        while (walker.MoveNext())
        {
            walker.SkipChildren();
            if (includePattern.Length == 0 || GoPathMatch.IsMatch(includePattern, walker.Name))
            {
                entries.Add(StatConverter.ToStat(walker.Name, walker.Stat, walker.Stat.IsSymlink ? walker.ReadLink() : string.Empty));
            }
        }

        return entries;
    }

    /// <summary>An entry, its path being the base name.</summary>
    public static Stat Stat(string tree, string path)
    {
        using var root = RootedDirectory.Open(tree);
        var resolved = Resolve(root, path);
        if (resolved.Length == 0)
        {
            return StatConverter.ToStat("/", RootedDirectory.Stat(root.Handle), string.Empty);
        }

        if (!root.TryStat(resolved, out var stat))
        {
            throw Missing(path);
        }

        return StatConverter.ToStat(Path.GetFileName(resolved), stat, stat.IsSymlink ? root.ReadLink(resolved) : string.Empty);
    }

    /// <summary>A file, opened.</summary>
    public static SafeFileHandle Open(RootedDirectory root, string path)
    {
        try
        {
            return root.OpenReadFollowing(path);
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            throw Missing(path);
        }
    }

    private static string Resolve(RootedDirectory root, string path)
    {
        try
        {
            return root.ResolvePath(path).Trim('/');
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            throw Missing(path);
        }
    }

    private static NotFoundException Missing(string path) => new($"open {path}: no such file or directory");
}
