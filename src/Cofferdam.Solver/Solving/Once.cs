namespace Cofferdam.Solver;

/// <summary>A question that is answered once, for all who ask, however many and whenever. A failure is an answer too.</summary>
internal sealed class Once<T>(Func<Task<T>> answer)
    where T : class
{
    private readonly Lock _lock = new(); // guards _task
    private Task<T>? _task;

    public Task<T> GetAsync()
    {
        lock (_lock)
        {
            return _task ??= AnswerAsync();
        }
    }

    /// <summary>The answer where it was asked for and there is one; waits for its end. Never throws.</summary>
    public async Task<T?> GetIfStartedAsync()
    {
        Task<T>? task;
        lock (_lock)
        {
            task = _task;
        }

        if (task is null)
        {
            return null;
        }

        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompletedSuccessfully ? await task : null;
    }

    private async Task<T> AnswerAsync()
    {
        // Graphs are deep: each question starts on a stack of its own.
        await Task.Yield();
        return await answer();
    }
}
