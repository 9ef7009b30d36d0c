namespace Cofferdam.Solver;

/// <summary>What is certain of a vertex before all of its inputs are identified: one that leads to no record is enough.</summary>
internal sealed class Foresight
{
    private TaskCompletionSource? _contentNeeded;
    private TaskCompletionSource? _run;

    /// <summary>Ends when it is certain that no record is found by definition.</summary>
    public Task ContentNeeded => Source(ref _contentNeeded).Task;

    /// <summary>Ends when it is certain that no record is found at all.</summary>
    public Task Run => Source(ref _run).Task;

    /// <summary>An input's identity leads to no record.</summary>
    /// <param name="isReadByContent">Whether the input's content may still lead to one.</param>
    public void SeeMiss(bool isReadByContent)
    {
        Source(ref _contentNeeded).TrySetResult();
        if (!isReadByContent)
        {
            Source(ref _run).TrySetResult();
        }
    }

    // Made when first needed: of most vertices nothing is foreseen.
    private static TaskCompletionSource Source(ref TaskCompletionSource? source) =>
        Volatile.Read(ref source) ?? Interlocked.CompareExchange(ref source, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null) ?? source!;

    /// <summary>Acts when something becomes certain, unless all is known before.</summary>
    public static async Task WhenAsync(Task certain, Task known, Func<Task> act)
    {
        if (await Task.WhenAny(certain, known) == certain)
        {
            await act();
        }
    }
}
