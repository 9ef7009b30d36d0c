using Cofferdam.Linux;
using Pipe = System.IO.Pipelines.Pipe;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>Directories that steps keep between builds (<c>RUN --mount=type=cache</c>). Thread-safe.</summary>
#pragma warning disable CA1001 // The gate lives as long as the process and holds no handle.
internal sealed class CacheMounts(LocalStorage storage, ISnapshotter snapshotter, TimeProvider clock) : ICacheMounts
{
#pragma warning restore CA1001
    private readonly Lock _lock = new(); // guards _users
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _making = new(1);
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A directory of that id, held until the lease is disposed.</summary>
    /// <param name="id">The id; directories with other initial content are others.</param>
    /// <param name="sharing">What happens when another step has it: both use it, this one gets another, or it waits.</param>
    /// <param name="initial">What a new directory holds; null is nothing.</param>
    /// <param name="selector">Which directory of it.</param>
    /// <param name="isAfresh">Whether it is to be emptied first, unless it is in use.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<CacheMountLease> AcquireAsync(string id, CacheSharingOpt sharing, Snapshot? initial, string selector, bool isAfresh, CancellationToken cancellationToken)
    {
        var key = initial is null ? id : $"{id}\n{string.Join(',', initial.Layers)}\n{selector}";
        for (var number = 0; ;)
        {
            var name = Digest.Of(number == 0 ? key : $"{key}\n{number}").Hex[..32];
            Task released;
            bool isFirst;
            lock (_lock)
            {
                isFirst = _users.GetValueOrDefault(name) == 0;
                released = _released.Task;
                if (isFirst || sharing == CacheSharingOpt.Shared)
                {
                    _users[name] = _users.GetValueOrDefault(name) + 1;
                    released = Task.CompletedTask;
                }
            }

            if (released.IsCompleted && (isFirst || sharing == CacheSharingOpt.Shared))
            {
                return await OpenAsync(id, sharing, name, initial, selector, isAfresh && isFirst, cancellationToken);
            }

            if (sharing == CacheSharingOpt.Private)
            {
                number++;
            }
            else
            {
                await released.WaitAsync(cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public bool IsUsed(string directory)
    {
        lock (_lock)
        {
            return _users.ContainsKey(directory);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryRemoveAsync(string directory, CancellationToken cancellationToken)
    {
        // Who takes it meanwhile waits for this gate before looking whether it is there.
        await _making.WaitAsync(cancellationToken);
        try
        {
            if (IsUsed(directory))
            {
                return false;
            }

            using var parent = RootedDirectory.Open(storage.Directory.CacheMountsPath);
            parent.RemoveTree(directory);
            await storage.Database.CacheMounts.RemoveAsync(directory, cancellationToken);
            return true;
        }
        finally
        {
            _making.Release();
        }
    }

    internal void Release(string name)
    {
        lock (_lock)
        {
            if (--_users[name] == 0)
            {
                _users.Remove(name);
            }

            _released.TrySetResult();
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task<CacheMountLease> OpenAsync(string id, CacheSharingOpt sharing, string name, Snapshot? initial, string selector, bool isAfresh, CancellationToken cancellationToken)
    {
        var path = Path.Combine(storage.Directory.CacheMountsPath, name);
        try
        {
            await _making.WaitAsync(cancellationToken);
            try
            {
                using var parent = RootedDirectory.Open(storage.Directory.CacheMountsPath);
                if (isAfresh)
                {
                    parent.RemoveTree(name);
                }

                if (!parent.Exists(name))
                {
                    await MakeAsync(parent, name, initial, selector, cancellationToken);
                }
            }
            finally
            {
                _making.Release();
            }

            var now = clock.GetUtcNow();
            var known = storage.Database.CacheMounts.Find(name);
            await storage.Database.CacheMounts.PutAsync(
                new CacheMountRecord(name, name) { Sharing = sharing.ToString().ToLowerInvariant(), Description = "cached mount " + id, Created = known?.Created ?? now, LastUsed = now, UsageCount = (known?.UsageCount ?? 0) + 1 },
                cancellationToken);
            return new CacheMountLease(this, name, path);
        }
        catch
        {
            Release(name);
            throw;
        }
    }

    // Made under another name first: a directory that is there is whole.
    private async Task MakeAsync(RootedDirectory parent, string name, Snapshot? initial, string selector, CancellationToken cancellationToken)
    {
        var temporary = name + ".new";
        parent.RemoveTree(temporary);
        parent.MakeDirectory(temporary, 0x1ed); // 0755
        if (initial is not null)
        {
            await using var mounted = await snapshotter.MountAsync(initial, cancellationToken);
            using var source = RootedDirectory.Open(mounted.RootPath);
            var directory = source.ResolvePath(selector.Length == 0 ? "/" : selector).Trim('/');
            var pipe = new Pipe();
            await Task.WhenAll(
                ArchiveAsync(Path.Combine(mounted.RootPath, directory), (LayerHolders.Of(snapshotter, initial), directory.Length == 0 ? string.Empty : directory + "/"), pipe.Writer.AsStream(), cancellationToken),
                ExtractAsync(pipe.Reader.AsStream(), Path.Combine(parent.Path, temporary), cancellationToken));
            if (directory.Length > 0)
            {
                var stat = source.Stat(directory);
                parent.SetOwner(temporary, stat.Uid, stat.Gid);
                parent.SetMode(temporary, stat.Mode & 0xfff);
            }
        }

        parent.Rename(temporary, name);
    }

    private static async Task ArchiveAsync(string directory, (LayerHolders Holders, string Place) layers, Stream target, CancellationToken cancellationToken)
    {
        await using (target)
        {
            var writer = new TreeTarWriter(target);
            await writer.AddTreeAsync(directory, string.Empty, null, layers, cancellationToken);
            await writer.FinishAsync(cancellationToken);
        }
    }

    private static async Task ExtractAsync(Stream source, string target, CancellationToken cancellationToken)
    {
        await using (source)
        {
            using var root = RootedDirectory.Open(target);
            await TarExtractor.ExtractAsync(source, root, string.Empty, cancellationToken);
        }
    }
}
