namespace Cofferdam.Solver;

/// <summary>A question that is answered once, for all who ask. It counts who still asks: when nobody does, the work on the answer is cancelled.</summary>
/// <remarks>
/// An answer stays. A failure is an answer to all who ask until it is forgotten. A cancelled attempt is none: who asks next waits for its end and starts another,
/// so that no two attempts ever run at once.
/// </remarks>
internal sealed class Question<T>(Func<CancellationToken, Task<T>> answer)
{
    private readonly Lock _lock = new(); // guards _attempt and what is in it
    private Attempt? _attempt;

    /// <summary>Whether there is an answer, which is no failure.</summary>
    /// <remarks>Takes no lock: an attempt that succeeded is never replaced.</remarks>
    public bool IsAnswered => _attempt is { Work.IsCompletedSuccessfully: true };

    /// <summary>The answer. Who cancels stops asking; the last one who does returns when the work has ended.</summary>
    public Task<T> AskAsync(CancellationToken cancellationToken) =>
        _attempt is { Work: { IsCompletedSuccessfully: true } answered } ? answered : AskSlowlyAsync(cancellationToken);

    /// <summary>Gives an answer that was found without asking; false where somebody has asked already.</summary>
    public bool TryAnswer(T known)
    {
        lock (_lock)
        {
            if (_attempt is not null)
            {
                return false;
            }

            _attempt = new Attempt(known);
            return true;
        }
    }

    /// <summary>Lets the next one who asks try again where the answer was a failure; who waits already gets it.</summary>
    public void ForgetFailure()
    {
        lock (_lock)
        {
            if (_attempt is { Work: { IsCompleted: true, IsCompletedSuccessfully: false } })
            {
                _attempt = null;
            }
        }
    }

    private async Task<T> AskSlowlyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Join(out var attempt))
            {
                return await WaitAsync(attempt, cancellationToken);
            }

            await ((Task)attempt.Work).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Forget(attempt);
        }
    }

    // False for an attempt that is being cancelled.
    private bool Join(out Attempt attempt)
    {
        lock (_lock)
        {
            attempt = _attempt ??= new Attempt(answer);
            attempt.Askers += attempt.IsAbandoned ? 0 : 1;
            return !attempt.IsAbandoned;
        }
    }

    private async Task<T> WaitAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await attempt.Work.WaitAsync(cancellationToken);
        }
        finally
        {
            if (Leave(attempt))
            {
                await attempt.StopAsync();
            }
        }
    }

    private bool Leave(Attempt attempt)
    {
        lock (_lock)
        {
            attempt.Askers--;
            return attempt.IsAbandoned = attempt.Askers == 0 && !attempt.Work.IsCompleted;
        }
    }

    private void Forget(Attempt attempt)
    {
        lock (_lock)
        {
            // One that was done before it saw that nobody asks any more is an answer all the same.
            if (_attempt == attempt && attempt.Work.IsCompleted)
            {
                attempt.IsAbandoned = false;
                _attempt = attempt.Work.IsCompletedSuccessfully ? attempt : null;
            }
        }
    }

#pragma warning disable CA1001 // The source has neither timer nor handle, and outlives the work only for those who cancel late.
    private sealed class Attempt
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource? _stop;

        public Attempt(Func<CancellationToken, Task<T>> answer)
        {
            _stop = new CancellationTokenSource();
            Work = AnswerAsync(answer);
        }

        public Attempt(T known) => Work = Task.FromResult(known);

        public Task<T> Work { get; }

        public int Askers { get; set; }

        public bool IsAbandoned { get; set; }

        public async Task StopAsync()
        {
            await _stop!.CancelAsync();
            await ((Task)Work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task<T> AnswerAsync(Func<CancellationToken, Task<T>> answer)
        {
            // Graphs are deep: each question starts on a stack of its own, and outside of any lock.
            await Task.Yield();
            return await answer(_stop!.Token);
        }
    }
}
