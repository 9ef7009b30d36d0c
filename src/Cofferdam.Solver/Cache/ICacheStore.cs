using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Maps cache keys to records. May forget at any time, never lies. Thread-safe.</summary>
public interface ICacheStore
{
    /// <summary>The records under a key, newest first; empty when there are none.</summary>
    ValueTask<IReadOnlyList<CacheRecord>> FindAsync(Digest key, CancellationToken cancellationToken);

    /// <summary>Stores a record under each of some keys. All of it is there afterwards, or nothing.</summary>
    ValueTask AddAsync(IReadOnlyCollection<Digest> keys, CacheRecord record, CancellationToken cancellationToken);

    /// <summary>Says that a record was used, so that one from elsewhere is kept.</summary>
    ValueTask KeepAsync(CacheRecord record, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Removes every record with that result, for example when it can no longer be had.</summary>
    ValueTask RemoveResultAsync(string resultId, CancellationToken cancellationToken);
}
