using Cofferdam.Linux;

namespace Cofferdam.Storage;

/// <summary>How much of the disk a tree takes.</summary>
public static class DiskUsage
{
    // What st_blocks counts in, whatever the file system's own block is.
    private const long BlockSize = 512;

    /// <summary>The bytes on disk of everything below a directory; a file with several names there counts once, links are not followed.</summary>
    public static long Of(string directory, CancellationToken cancellationToken)
    {
        using var root = RootedDirectory.Open(directory);
        using var walker = new DirectoryWalker(root);
        var linked = new HashSet<(DeviceNumber, ulong)>();
        var total = 0L;
        while (walker.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stat = walker.Stat;
            if (stat.Links < 2 || stat.IsDirectory || linked.Add((stat.Device, stat.Inode)))
            {
                total += stat.Blocks * BlockSize;
            }
        }

        return total;
    }
}
