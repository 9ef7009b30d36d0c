namespace Cofferdam.Solver;

/// <summary>Asks something of several at once.</summary>
internal static class Inputs
{
    /// <summary>All answers in order. The first failure cancels the other questions and is thrown when they have ended.</summary>
    public static async Task<T[]> AskAllAsync<T>(int count, Func<int, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (count < 2)
        {
            return count == 0 ? [] : [await ask(0, cancellationToken)];
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answers = new Task<T>[count];
        for (var i = 0; i < count; i++)
        {
            answers[i] = ask(i, stop.Token);
        }

        await AllOrFirstFailureAsync(answers, stop);
        return await Task.WhenAll(answers);
    }

    /// <summary>Waits for the end of all; the first failure cancels the source given and is thrown.</summary>
    public static async Task AllOrFirstFailureAsync(IReadOnlyCollection<Task> tasks, CancellationTokenSource stop)
    {
        Task? failed = null;
        await foreach (var task in Task.WhenEach(tasks))
        {
            if (failed is null && !task.IsCompletedSuccessfully)
            {
                failed = task;
                await stop.CancelAsync();
            }
        }

        await (failed ?? Task.CompletedTask);
    }
}
