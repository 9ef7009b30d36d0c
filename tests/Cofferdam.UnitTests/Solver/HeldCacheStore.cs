using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.UnitTests.Solver;

/// <summary>A cache store whose first answer for a key is held back until it is let go: by then it may be old.</summary>
internal sealed class HeldCacheStore(ICacheStore store, Digest key) : ICacheStore
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _finds;

    /// <summary>Set when an answer is held.</summary>
    public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _release.SetResult();

    public async ValueTask<IReadOnlyList<CacheRecord>> FindAsync(Digest wanted, CancellationToken cancellationToken)
    {
        var found = await store.FindAsync(wanted, cancellationToken);
        if (wanted == key && Interlocked.Increment(ref _finds) == 1)
        {
            Held.SetResult();
            await _release.Task.WaitAsync(cancellationToken);
        }

        return found;
    }

    public ValueTask AddAsync(IReadOnlyCollection<Digest> keys, CacheRecord record, CancellationToken cancellationToken) => store.AddAsync(keys, record, cancellationToken);

    public ValueTask RemoveResultAsync(string resultId, CancellationToken cancellationToken) => store.RemoveResultAsync(resultId, cancellationToken);
}
