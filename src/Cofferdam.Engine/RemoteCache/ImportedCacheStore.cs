using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>The daemon's cache with the caches that builds under way have imported. What is used of those is kept. Thread-safe.</summary>
internal sealed class ImportedCacheStore(ICacheStore own) : ICacheStore
{
    private readonly ConcurrentDictionary<Digest, ImmutableArray<CacheRecord>> _records = new();
    private readonly ConcurrentDictionary<CacheRecord, IReadOnlyCollection<Digest>> _keys = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds records until what is returned is disposed.</summary>
    public IDisposable Import(IReadOnlyList<(IReadOnlyCollection<Digest> Keys, CacheRecord Record)> records)
    {
        foreach (var (keys, record) in records)
        {
            _keys[record] = keys;
            foreach (var key in keys)
            {
                _records.AddOrUpdate(key, [record], (_, known) => known.Add(record));
            }
        }

        return new Imported(this, records);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CacheRecord>> FindAsync(Digest key, CancellationToken cancellationToken)
    {
        var found = await own.FindAsync(key, cancellationToken);
        return _records.TryGetValue(key, out var imported) ? [.. found, .. imported.Where(record => found.All(other => other.ResultId != record.ResultId))] : found;
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyCollection<Digest> keys, CacheRecord record, CancellationToken cancellationToken) => own.AddAsync(keys, record, cancellationToken);

    /// <inheritdoc/>
    public ValueTask KeepAsync(CacheRecord record, CancellationToken cancellationToken) =>
        _keys.TryGetValue(record, out var keys) ? own.AddAsync(keys, record, cancellationToken) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask RemoveResultAsync(string resultId, CancellationToken cancellationToken)
    {
        foreach (var (record, keys) in _keys.Where(imported => imported.Key.ResultId == resultId))
        {
            Remove(record, keys);
        }

        return own.RemoveResultAsync(resultId, cancellationToken);
    }

    private void Remove(CacheRecord record, IReadOnlyCollection<Digest> keys)
    {
        _keys.TryRemove(record, out _);
        foreach (var key in keys)
        {
            while (_records.TryGetValue(key, out var known))
            {
                var left = known.RemoveAll(other => ReferenceEquals(other, record));
                if (left.IsEmpty ? _records.TryRemove(KeyValuePair.Create(key, known)) : _records.TryUpdate(key, left, known))
                {
                    break;
                }
            }
        }
    }

    private sealed class Imported(ImportedCacheStore store, IReadOnlyList<(IReadOnlyCollection<Digest> Keys, CacheRecord Record)> records) : IDisposable
    {
        public void Dispose()
        {
            foreach (var (keys, record) in records)
            {
                store.Remove(record, keys);
            }
        }
    }
}
