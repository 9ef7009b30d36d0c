using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>A cache store in memory.</summary>
public sealed class MemoryCacheStore : ICacheStore
{
    private readonly Lock _lock = new(); // guards _records
    private readonly Dictionary<Digest, List<CacheRecord>> _records = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CacheRecord>> FindAsync(Digest key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<CacheRecord>>(_records.TryGetValue(key, out var records) ? [.. records] : []);
        }
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyCollection<Digest> keys, CacheRecord record, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var key in keys)
            {
                if (!_records.TryGetValue(key, out var records))
                {
                    _records[key] = records = [];
                }

                records.RemoveAll(other => other.ResultId == record.ResultId);
                records.Insert(0, record);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveResultAsync(string resultId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var records in _records.Values)
            {
                records.RemoveAll(record => record.ResultId == resultId);
            }
        }

        return ValueTask.CompletedTask;
    }
}
