namespace Cofferdam.Solver;

/// <summary>Lets so many operations run at once, and of those that wait the one first that most other work waits for. Thread-safe.</summary>
/// <remarks>
/// Each waits as though it had come earlier by the length of the chain that hangs on it, at most by <see cref="LongestLead"/>: so a long chain goes before what came a little
/// earlier, and nobody waits for ever behind those that come later.
/// </remarks>
/// <param name="count">How many may run.</param>
/// <param name="clock">The clock.</param>
internal sealed class Slots(int count, TimeProvider clock)
{
    /// <summary>More than this a chain does not count.</summary>
    public static readonly TimeSpan LongestLead = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new(); // guards what follows
    private readonly PriorityQueue<TaskCompletionSource, (TimeSpan Arrival, long Order)> _waiting = new();
    private readonly long _start = clock.GetTimestamp();
    private int _free = count;
    private long _order;

    /// <summary>How many wait, those that were cancelled included.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Waits for a slot, to be given back by <see cref="Release"/>.</summary>
    /// <param name="chain">How long what waits for this takes, itself included.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task WaitAsync(TimeSpan chain, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            _waiting.Enqueue(turn, (clock.GetElapsedTime(_start) - (chain < LongestLead ? chain : LongestLead), _order++));
        }

        await using var registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    /// <summary>Gives a slot back.</summary>
    public void Release()
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var turn, out _))
            {
                if (turn.TrySetResult())
                {
                    return; // it has the slot; who was cancelled is passed over
                }
            }

            _free++;
        }
    }
}
