using Cofferdam.Dockerfile;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

// Reading files of results, for frontends and clients.
internal sealed partial class Build
{
    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ReadFileAsync(string reference, string path, long offset, long length, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(Find(reference), cancellationToken);
        return await TreeFiles.ReadAsync(mounted.RootPath, path, offset, length, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Stat>> ReadDirectoryAsync(string reference, string path, string includePattern, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(Find(reference), cancellationToken);
        return TreeFiles.List(mounted.RootPath, path, includePattern);
    }

    /// <inheritdoc/>
    public async Task<Stat> StatFileAsync(string reference, string path, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(Find(reference), cancellationToken);
        return TreeFiles.Stat(mounted.RootPath, path);
    }

    /// <summary>A whole file of a result; null when it is not there.</summary>
    public async Task<byte[]?> FindFileAsync(BuildReference reference, string path, int limit, CancellationToken cancellationToken)
    {
        await using var mounted = await MountAsync(reference, cancellationToken);
        using var root = RootedDirectory.Open(mounted.RootPath);
        try
        {
            using var file = TreeFiles.Open(root, path);
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
            using var file = root.OpenRead(path);
            var length = RandomAccess.GetLength(file);
            var buffer = length <= limit ? new byte[length] : null;
            var read = buffer is null ? 0 : await RandomAccess.ReadAsync(file, buffer, 0, cancellationToken);
            files.Add(new ContextFile(path, buffer?.AsMemory(0, read)));
        }

        return files;
    }

    private Task<IMountedSnapshot> MountAsync(BuildReference reference, CancellationToken cancellationToken) => UseAsync([reference], () => MountOnceAsync(reference, cancellationToken), cancellationToken);

    private async Task<IMountedSnapshot> MountOnceAsync(BuildReference reference, CancellationToken cancellationToken)
    {
        var snapshot = (await reference.EvaluateAsync(cancellationToken)).Snapshot;
        await _services.Layers.EnsureAsync(snapshot, [_job], new StepProgress(_progress, Digest.Of(reference.Id), _services.Clock), cancellationToken);
        return await _services.Snapshotter.MountAsync(snapshot, cancellationToken);
    }
}
