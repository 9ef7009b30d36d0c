using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>The daemon's cache with the caches that builds under way have imported. One of which something is used is kept. Thread-safe.</summary>
/// <remarks>It is kept whole: what is used is found again only by way of the records below it.</remarks>
internal sealed class ImportedCacheStore(ICacheStore own) : ICacheStore
{
    private readonly ConcurrentDictionary<Digest, ImmutableArray<CacheRecord>> _records = new();
    private readonly ConcurrentDictionary<CacheRecord, Imported> _imports = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds records until what is returned is disposed.</summary>
    public IDisposable Import(IReadOnlyList<(IReadOnlyCollection<Digest> Keys, CacheRecord Record)> records)
    {
        var import = new Imported(this, records);
        foreach (var (keys, record) in records)
        {
            _imports[record] = import;
            foreach (var key in keys)
            {
                _records.AddOrUpdate(key, [record], (_, known) => known.Add(record));
            }
        }

        return import;
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
    public async ValueTask KeepAsync(CacheRecord record, CancellationToken cancellationToken)
    {
        if (!_imports.TryGetValue(record, out var import) || !import.TryKeep())
        {
            return;
        }

        foreach (var (keys, other) in import.Records)
        {
            await own.AddAsync(keys, other, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveResultAsync(string resultId, CancellationToken cancellationToken)
    {
        foreach (var (record, import) in _imports.Where(imported => imported.Key.ResultId == resultId))
        {
            Remove(record, import.Records.First(other => ReferenceEquals(other.Record, record)).Keys);
        }

        return own.RemoveResultAsync(resultId, cancellationToken);
    }

    private void Remove(CacheRecord record, IReadOnlyCollection<Digest> keys)
    {
        _imports.TryRemove(record, out _);
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
        private int _isKept;

        public IReadOnlyList<(IReadOnlyCollection<Digest> Keys, CacheRecord Record)> Records { get; } = records;

        // True for the first who asks.
        public bool TryKeep() => Interlocked.Exchange(ref _isKept, 1) == 0;

        public void Dispose()
        {
            foreach (var (keys, record) in Records)
            {
                store.Remove(record, keys);
            }
        }
    }
}
