namespace Cofferdam.Solver;

// Results that turn out to be lost when they are used: they are made again.
internal sealed partial class ActiveVertex
{
    // What is made again and lost again is not made for ever.
    private const int MostAttempts = 3;

    /// <summary>Gives up the result of an output where it can no longer be had: who asks next gets another. True when another can be asked for.</summary>
    public async ValueTask<bool> GiveUpIfLostAsync(int output, IResult result, CancellationToken cancellationToken)
    {
        if (await _environment.Results.LoadAsync(result.Id, cancellationToken) is { } there)
        {
            await there.DisposeAsync();

            // Another who used it may have seen to it meanwhile.
            return _results.Find(output) is { } current && (!current.IsAnswered || await current.AskAsync(cancellationToken) != result);
        }

        await _environment.Cache.RemoveResultAsync(result.Id, cancellationToken);
        if (_results.Find(output) is { IsAnswered: true } question && await question.AskAsync(cancellationToken) == result
            && _results.TryRenew(output, question))
        {
            Progress.Warn(new BuildWarning("what the cache has of this step is gone: it runs again", [], null, null));
            _outcome = null;
            Interlocked.Exchange(ref _run, new Question<IReadOnlyList<IResult>>(RunAsync));
        }

        return true;
    }

    private async ValueTask<bool> GiveUpLostInputsAsync(IResult[] results, CancellationToken cancellationToken)
    {
        var isAny = false;
        for (var i = 0; i < results.Length; i++)
        {
            isAny |= await _inputs[i].GiveUpIfLostAsync(Vertex.Inputs[i].Output, results[i], cancellationToken);
        }

        return isAny;
    }
}
