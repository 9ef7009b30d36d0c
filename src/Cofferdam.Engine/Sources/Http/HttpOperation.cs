using Cofferdam.Linux;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>A file from an address (LLB <c>http://</c> and <c>https://</c> sources). Fetched once for its key; a later build asks the server whether it changed.</summary>
internal sealed class HttpOperation(HttpSourceOptions options, SourceServices services) : IOperation
{
    private readonly HttpFetcher _fetcher = new(options, services);
    private FetchedFile? _fetched;

    // A file whose checksum is given is not asked for before it is needed.
    public async ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var isPinned = options is { Checksum: not null, IsOfSession: false, Signature: null };
        _fetched = isPinned ? null : await _fetcher.FetchAsync(context, cancellationToken);
        return OperationKey.Of(options.ResultKey(options.ResultName(_fetched?.Name), _fetched?.Digest ?? options.Checksum!.Value, _fetched?.LastModified));
    }

    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var fetched = _fetched ?? await _fetcher.FetchAsync(context, cancellationToken);
        await using var layer = await services.Snapshotter.PrepareAsync(Snapshot.Scratch, cancellationToken);
        using (var root = RootedDirectory.Open(layer.UpperPath))
        {
            var name = options.ResultName(fetched.Name);
            using (var handle = root.CreateFile(name, 0x180))
            {
                await using var target = new FileStream(handle, FileAccess.Write);
                await using var source = await services.Content.OpenReadAsync(fetched.Digest, cancellationToken);
                await source.CopyToAsync(target, cancellationToken);
            }

            var time = FileTime.From(fetched.LastModified ?? DateTimeOffset.UnixEpoch);
            root.SetOwner(name, (uint)options.Uid, (uint)options.Gid);
            root.SetMode(name, (uint)options.Mode);
            root.SetTimes(name, time, time);
        }

        return [new SnapshotResult(Snapshot.Scratch.Append(await layer.CommitAsync(null, cancellationToken)), services.Uses)];
    }
}
