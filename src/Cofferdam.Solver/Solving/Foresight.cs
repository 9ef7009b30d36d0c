namespace Cofferdam.Solver;

/// <summary>What is certain of a vertex before all of its inputs are identified: one that leads to no record is enough.</summary>
internal sealed class Foresight
{
    private readonly TaskCompletionSource _contentNeeded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _run = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it is certain that no record is found by definition.</summary>
    public Task ContentNeeded => _contentNeeded.Task;

    /// <summary>Ends when it is certain that no record is found at all.</summary>
    public Task Run => _run.Task;

    /// <summary>An input's identity leads to no record.</summary>
    /// <param name="isReadByContent">Whether the input's content may still lead to one.</param>
    public void SeeMiss(bool isReadByContent)
    {
        _contentNeeded.TrySetResult();
        if (!isReadByContent)
        {
            _run.TrySetResult();
        }
    }

    /// <summary>Acts when something becomes certain, unless all is known before.</summary>
    public static async Task WhenAsync(Task certain, Task known, Func<Task> act)
    {
        if (await Task.WhenAny(certain, known) == certain)
        {
            await act();
        }
    }
}
