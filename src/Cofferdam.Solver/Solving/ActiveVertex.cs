using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>A vertex that some build has in its graph. Its questions — what is its key, by what is an output known, what is its result — are each answered once.</summary>
internal sealed partial class ActiveVertex : IAsyncDisposable
{
    private readonly ImmutableArray<ActiveVertex> _inputs;
    private readonly SolverEnvironment _environment;
    private readonly Question<OperationKey> _operation;
    private readonly Question<VertexKeys> _keys;
    private readonly Question<Digest?[]> _contents;
    private readonly Question<ImmutableArray<Digest>> _contentKeys;
    private Question<IReadOnlyList<IResult>> _run;
    private readonly OutputQuestions<Finding> _findings;
    private readonly OutputQuestions<IResult> _results;
    private readonly Foresight _foresight = new();
    private readonly ConcurrentStack<IResult> _owned = [];
    private VertexOutcome? _outcome;
    private CacheRecord? _loaded;
    private DateTimeOffset? _recorded; // when its results were made, where this process made them

    public ActiveVertex(Vertex vertex, Digest variant, ImmutableArray<ActiveVertex> inputs, SolverEnvironment environment)
    {
        (Vertex, Variant, _inputs, _environment) = (vertex, variant, inputs, environment);
        Progress = new VertexProgress(vertex, environment.Clock);
        _operation = new Question<OperationKey>(AskOperationAsync);
        _keys = new Question<VertexKeys>(MakeKeysAsync);
        _contents = new Question<Digest?[]>(HashContentsAsync);
        _contentKeys = new Question<ImmutableArray<Digest>>(MakeContentKeysAsync);
        _run = new Question<IReadOnlyList<IResult>>(RunAsync);
        _findings = new OutputQuestions<Finding>(FindRecordsAsync);
        _results = new OutputQuestions<IResult>(LoadOrRunAsync);
    }

    public Vertex Vertex { get; }

    /// <summary>What the solver knows it under.</summary>
    public Digest Variant { get; }

    public VertexProgress Progress { get; }

    /// <summary>How many calls are under way that have the vertex in their graph; guarded by the solver's lock.</summary>
    public int CallCount { get; set; }

    /// <summary>How many calls have ended and keep the vertex and its results for their build; guarded by the solver's lock.</summary>
    public int KeepCount { get; set; }

    /// <summary>How long what waits for this vertex takes in all builds, without itself; changed under the solver's lock.</summary>
    private TimeSpan ChainAbove { get; set; }

    /// <summary>Tells the inputs how long the chain is that hangs on them; called under the solver's lock, after all that read this one.</summary>
    public void PassChainOn()
    {
        var chain = ChainAbove + _environment.Times.Find(Vertex.Digest);
        foreach (var input in _inputs)
        {
            input.ChainAbove = chain > input.ChainAbove ? chain : input.ChainAbove;
        }
    }

    /// <summary>The result of an output; stays owned by this vertex.</summary>
    public Task<IResult> GetResultAsync(int output, CancellationToken cancellationToken) => _results.Of(output).AskAsync(cancellationToken);

    /// <summary>Lets the next one who asks try again what failed.</summary>
    public void ForgetFailures()
    {
        _operation.ForgetFailure();
        _keys.ForgetFailure();
        _contents.ForgetFailure();
        _contentKeys.ForgetFailure();
        _run.ForgetFailure();
        foreach (var (_, finding) in _findings.All)
        {
            finding.ForgetFailure();
        }

        foreach (var (_, result) in _results.All)
        {
            result.ForgetFailure();
        }
    }

    /// <summary>Gives up the results. Nobody asks any more.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var result))
        {
            await result.DisposeAsync();
        }
    }

    private async Task<IResult> LoadOrRunAsync(int output, CancellationToken cancellationToken)
    {
        var finding = await FindWhileInputsRunAsync(output, cancellationToken);
        if (await LoadFoundAsync(finding, output, cancellationToken) is { } found)
        {
            return found;
        }

        // What it reads comes first: who has its turn waits for nobody else's.
        await GetInputResultsAsync(cancellationToken);
        if (finding.Identity is { IsStorable: false } or { IsFresh: true })
        {
            return await RunAsync(finding, output, cancellationToken);
        }

        using var turn = await _environment.Turns.TakeAsync(finding.Identity.Value, cancellationToken);

        // What was not there when it was looked for may be there since: another vertex has had its turn.
        return !_run.IsAnswered && await LoadByAnyKeyAsync(finding, output, cancellationToken) is { } shared
            ? shared
            : await RunAsync(finding, output, cancellationToken);
    }

    // What is sure to run gets its inputs while its own keys are still being found: they may wait for content that takes long to make.
    private async Task<Finding> FindWhileInputsRunAsync(int output, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var finding = FindAsync(output, stop.Token);
        await Inputs.AllOrFirstFailureAsync([finding, Foresight.WhenAsync(_foresight.Run, finding, () => GetInputResultsAsync(stop.Token))], stop);
        return await finding;
    }

    private async Task<IResult> RunAsync(Finding finding, int output, CancellationToken cancellationToken)
    {
        _outcome ??= Vertex.Options.IgnoreCache ? VertexOutcome.RanCacheIgnored
            : finding.Identity.IsFresh ? VertexOutcome.RanInputFresh
            : finding.Records.Count > 0 ? VertexOutcome.RanResultLost
            : VertexOutcome.RanNoRecord;
        var results = await _run.AskAsync(cancellationToken);
        return output < results.Count
            ? results[output]
            : throw new InvalidInputException($"invalid build graph: output {output} of {Quote.Text(Vertex.Options.Name)} is asked for, which has {results.Count}");
    }

    private async Task<IReadOnlyList<IResult>> RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var inputs = await GetInputResultsAsync(cancellationToken);
            try
            {
                return await RunAsync(inputs, cancellationToken);
            }
            catch (Exception error)
            {
                // What it read may turn out to be lost: then that is made again.
                if (error is OperationCanceledException || attempt == MostAttempts || !await GiveUpLostInputsAsync(inputs, cancellationToken))
                {
                    _environment.Failures.Add(error, Vertex.Digest);
                    Progress.Complete(Describe(error));
                    throw;
                }
            }
        }
    }

    private async Task<IReadOnlyList<IResult>> RunAsync(IResult[] inputs, CancellationToken cancellationToken)
    {
        var slots = Vertex.Operation.TakesSlot ? _environment.Slots : null;
        await (slots?.WaitAsync(ChainAbove + _environment.Times.Find(Vertex.Digest), cancellationToken) ?? Task.CompletedTask);
        try
        {
            Progress.Start();
            var started = _environment.Clock.GetTimestamp();
            var results = await Vertex.Operation.RunAsync(Context(), inputs, cancellationToken);
            Own(results);
            _environment.Times.Add(Vertex.Digest, _environment.Clock.GetElapsedTime(started));
            await RecordAsync(results, cancellationToken);
            Progress.Complete(null);
            return results;
        }
        finally
        {
            slots?.Release();
        }
    }

    private async Task RecordAsync(IReadOnlyList<IResult> results, CancellationToken cancellationToken)
    {
        var keys = await _keys.AskAsync(cancellationToken);
        var content = keys.IsStorableByContent ? await _contentKeys.AskAsync(cancellationToken) : [];
        var now = _environment.Clock.GetUtcNow();
        _recorded = now;
        ImmutableArray<Digest> all = keys.IsStorable ? [.. keys.Definition, .. content] : content;
        for (var i = 0; i < results.Count && !all.IsEmpty; i++)
        {
            var finding = await FindAsync(i, cancellationToken);
            var record = new CacheRecord(results[i].Id, finding.Identity.Value, now);

            // It is made: it is recorded also when nobody waits for it any more.
            await _environment.Cache.AddAsync([.. CacheKeys.Outputs(all, i), .. CacheKeys.Links(keys)], record, CancellationToken.None);
        }
    }

    private Task<IResult[]> GetInputResultsAsync(CancellationToken cancellationToken) =>
        Inputs.AskAllAsync(_inputs.Length, (i, stop) => _inputs[i].GetResultAsync(Vertex.Inputs[i].Output, stop), cancellationToken);

    private void Own(IReadOnlyList<IResult> results)
    {
        foreach (var result in results)
        {
            _owned.Push(result);
        }
    }

    private OperationContext Context() => new(Vertex.Digest, Progress, Progress.Jobs, Vertex.Options.IgnoreCache);

    // As BuildKit's clients know it.
    private static string Describe(Exception error) => error is OperationCanceledException ? "context canceled" : error.Message;
}
