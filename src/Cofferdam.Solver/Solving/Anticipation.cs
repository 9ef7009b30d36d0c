namespace Cofferdam.Solver;

/// <summary>Makes the keys of a call's vertices from below, as long as all of them lead to records: where nothing has changed most are known by looking, and nobody needs to be asked and waited for.</summary>
/// <remarks>
/// What has to be asked (a tag's digest, a client's files) is asked all at once. The first vertex that is sure to run ends it: from there on questions from above find out what is to be done.
/// It answers nothing that they would answer otherwise, and asks nothing that they would not.
/// </remarks>
internal sealed class Anticipation(IReadOnlyList<ActiveVertex> vertices, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly Dictionary<Task<Finding>, ActiveVertex> _asked = [];
    private readonly HashSet<(ActiveVertex Vertex, int Output)> _known = []; // asked, answered or not
    private readonly Dictionary<ActiveVertex, List<ActiveVertex>> _waiting = []; // by what they wait for
    private readonly HashSet<ActiveVertex> _incomplete = []; // of which some input is not known
    private readonly List<(ActiveVertex Vertex, int Output)> _unknown = [];

    /// <summary>Goes as far as it gets. Failures are left to who asks next.</summary>
    public async Task RunAsync()
    {
        try
        {
            await LookAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Who asks is told.
        }
    }

    private async Task LookAsync()
    {
        var next = new Queue<ActiveVertex>(vertices);
        while (true)
        {
            while (next.TryDequeue(out var vertex))
            {
                if (!await LookAtAsync(vertex, next))
                {
                    return;
                }
            }

            if (_asked.Count == 0)
            {
                return;
            }

            var answer = await Task.WhenAny(_asked.Keys);
            _asked.Remove(answer, out var asked);
            if (!answer.IsCompletedSuccessfully || (await answer).IsSureToRun)
            {
                return;
            }

            Wake(asked!, next);
        }
    }

    /// <summary>Stops asking.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_asked.Count > 0)
        {
            await _stop.CancelAsync();
            await ((Task)Task.WhenAll(_asked.Keys)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    // False where it is sure that something runs.
    private async ValueTask<bool> LookAtAsync(ActiveVertex vertex, Queue<ActiveVertex> next)
    {
        _unknown.Clear();
        switch (await vertex.AnticipateAsync(_unknown, _stop.Token))
        {
            case Prospect.Runs:
                return false;
            case Prospect.Known:
                _incomplete.Remove(vertex);
                Wake(vertex, next);
                break;
            case Prospect.Asks:
                _incomplete.Remove(vertex);
                break;
            default:
                _incomplete.Add(vertex);
                break;
        }

        foreach (var (input, output) in _unknown)
        {
            if (!_waiting.TryGetValue(input, out var waiting))
            {
                _waiting.Add(input, waiting = []);
            }

            waiting.Add(vertex);
            if (!_incomplete.Contains(input) && _known.Add((input, output)))
            {
                _asked.Add(input.FindAsync(output, _stop.Token), input);
            }
        }

        return true;
    }

    private void Wake(ActiveVertex vertex, Queue<ActiveVertex> next)
    {
        if (_waiting.Remove(vertex, out var waiting))
        {
            waiting.ForEach(next.Enqueue);
        }
    }
}
