using Cofferdam.Dockerfile;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

// Reading files of results, for frontends and clients.
internal sealed partial class Build
{
    private const int ReadLimit = 16 * 1024 * 1024;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ReadFileAsync(string reference, string path, long offset, long length, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(Find(reference), cancellationToken);
        using var root = RootedDirectory.Open(mounted.RootPath);
        using var file = OpenFile(root, path);
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

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Stat>> ReadDirectoryAsync(string reference, string path, string includePattern, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(Find(reference), cancellationToken);
        using var root = RootedDirectory.Open(mounted.RootPath);
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

    /// <inheritdoc/>
    public async Task<Stat> StatFileAsync(string reference, string path, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(Find(reference), cancellationToken);
        using var root = RootedDirectory.Open(mounted.RootPath);
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

    /// <summary>A whole file of a result; null when it is not there.</summary>
    public async Task<byte[]?> FindFileAsync(BuildReference reference, string path, int limit, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(reference, cancellationToken);
        using var root = RootedDirectory.Open(mounted.RootPath);
        try
        {
            using var file = OpenFile(root, path);
            var length = RandomAccess.GetLength(file);
            if (length > limit)
            {
                throw new InvalidInputException($"reading {Quote.Text(path)}: {length} bytes are more than the {limit} that are allowed");
            }

            var buffer = new byte[length];
            await RandomAccess.ReadAsync(file, buffer, 0, cancellationToken);
            return buffer;
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    /// <summary>All regular files of a result; those larger than the limit without their content.</summary>
    public async Task<IReadOnlyList<ContextFile>> ReadFilesAsync(BuildReference reference, int limit, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(reference, cancellationToken);
        using var root = RootedDirectory.Open(mounted.RootPath);
        var paths = new List<string>();
        using (var walker = new DirectoryWalker(root))
        {
            while (walker.MoveNext())
            {
                if (walker.Stat.IsRegular)
                {
                    paths.Add(walker.Path);
                }
            }
        }

        var files = new List<ContextFile>();
        foreach (var path in paths)
        {
            using var file = OpenFile(root, path);
            var length = RandomAccess.GetLength(file);
            var buffer = length <= limit ? new byte[length] : null;
            var read = buffer is null ? 0 : await RandomAccess.ReadAsync(file, buffer, 0, cancellationToken);
            files.Add(new ContextFile(path, buffer?.AsMemory(0, read)));
        }

        return files;
    }

    private async Task<IMountedSnapshot> MountAsync(BuildReference reference, CancellationToken cancellationToken)
    {
        var snapshot = (await reference.EvaluateAsync(cancellationToken)).Snapshot;
        await _services.Layers.EnsureAsync(snapshot, [_job], new StepProgress(_progress, Digest.Of(reference.Id), _services.Clock), cancellationToken);
        return await _services.Snapshotter.MountAsync(snapshot, cancellationToken);
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenFile(RootedDirectory root, string path)
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
