using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The solver's cache in the daemon's database.</summary>
internal sealed class SqliteCacheStore(CacheTable table) : ICacheStore
{
    public ValueTask<IReadOnlyList<CacheRecord>> FindAsync(Digest key, CancellationToken cancellationToken)
    {
        var entries = table.Find(key.ToString());
        return ValueTask.FromResult<IReadOnlyList<CacheRecord>>(
            entries.Count == 0 ? [] : [.. entries.Select(entry => new CacheRecord(entry.ResultId, entry.Identity, entry.Created))]);
    }

    public ValueTask AddAsync(IReadOnlyCollection<Digest> keys, CacheRecord record, CancellationToken cancellationToken) =>
        table.AddAsync([.. keys.Select(key => key.ToString())], new CacheEntry(record.ResultId, record.Identity, record.Created), cancellationToken);

    public async ValueTask RemoveResultAsync(string resultId, CancellationToken cancellationToken) =>
        await table.RemoveResultAsync(resultId, cancellationToken);
}
