namespace Cofferdam.Engine;

/// <summary>Work done once however many ask for it; stopped when nobody asks any more.</summary>
internal sealed class SharedWork<TKey>
    where TKey : notnull
{
    private readonly Lock _lock = new(); // guards _running and the counts in it
    private readonly Dictionary<TKey, Running> _running = [];

    /// <summary>Joins the work of a key, or begins it. Cancelling leaves it to the others.</summary>
    internal async Task RunAsync(TKey key, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        Running? running;
        lock (_lock)
        {
            if (!_running.TryGetValue(key, out running))
            {
                running = new Running();
                _running.Add(key, running);
                var started = running;
                running.Task = Task.Run(() => work(started.Stop.Token), CancellationToken.None);
            }

            running.Waiters++;
        }

        try
        {
            await running.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            await LeaveAsync(key, running);
        }
    }

    private async Task LeaveAsync(TKey key, Running running)
    {
        lock (_lock)
        {
            if (--running.Waiters > 0)
            {
                return;
            }

            _running.Remove(key);
        }

        // Nobody waits: it is over, or to be stopped; who leaves last sees it off, so that nothing goes on behind his back.
        await running.Stop.CancelAsync();
        await running.Task.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        running.Stop.Dispose();
    }

    private sealed class Running
    {
        internal Task Task { get; set; } = Task.CompletedTask;

        internal CancellationTokenSource Stop { get; } = new();

        internal int Waiters { get; set; }
    }
}
