using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>A cache store in memory. It forgets nothing by itself.</summary>
public sealed class MemoryCacheStore : ICacheStore
{
    private readonly Lock _lock = new(); // guards both maps
    private readonly Dictionary<Digest, CacheRecord[]> _records = [];
    private readonly Dictionary<string, HashSet<Digest>> _keys = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CacheRecord>> FindAsync(Digest key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // The arrays are never changed, so the caller's stays as it is.
            return ValueTask.FromResult<IReadOnlyList<CacheRecord>>(_records.GetValueOrDefault(key, []));
        }
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyCollection<Digest> keys, CacheRecord record, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_keys.TryGetValue(record.ResultId, out var known))
            {
                _keys[record.ResultId] = known = [];
            }

            foreach (var key in keys)
            {
                known.Add(key);
                _records[key] = [.. _records.GetValueOrDefault(key, []).Where(other => other.ResultId != record.ResultId).Prepend(record).OrderByDescending(other => other.Created)];
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveResultAsync(string resultId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_keys.Remove(resultId, out var keys))
            {
                foreach (var key in keys)
                {
                    Remove(key, resultId);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    private void Remove(Digest key, string resultId)
    {
        CacheRecord[] left = [.. _records[key].Where(record => record.ResultId != resultId)];
        if (left.Length == 0)
        {
            _records.Remove(key);
        }
        else
        {
            _records[key] = left;
        }
    }
}
