using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>A vertex that someone waits for. Its questions — what is its key, by what is an output known, what is its result — are each answered once.</summary>
internal sealed partial class ActiveVertex : IAsyncDisposable
{
    private readonly ImmutableArray<ActiveVertex> _inputs;
    private readonly SolverEnvironment _environment;
    private readonly CancellationTokenSource _stop = new();
    private readonly Once<VertexKeys> _keys;
    private readonly Once<Digest[]> _contentKeys;
    private readonly Once<IReadOnlyList<IResult>> _run;
    private readonly ConcurrentDictionary<int, Once<Finding>> _findings = new();
    private readonly ConcurrentDictionary<int, Once<IResult>> _results = new();

    // By what the outputs of a vertex that ignores the cache are known: nothing that was made before may match what is made of them.
    private readonly Digest _fresh = Digest.Of(Guid.NewGuid().ToString());

    public ActiveVertex(Vertex vertex, ImmutableArray<ActiveVertex> inputs, SolverEnvironment environment)
    {
        (Vertex, _inputs, _environment) = (vertex, inputs, environment);
        Progress = new VertexProgress(vertex, environment.Clock);
        _keys = new Once<VertexKeys>(MakeKeysAsync);
        _contentKeys = new Once<Digest[]>(MakeContentKeysAsync);
        _run = new Once<IReadOnlyList<IResult>>(RunAsync);
    }

    public Vertex Vertex { get; }

    public VertexProgress Progress { get; }

    /// <summary>How many calls wait for the vertex; guarded by the solver's lock.</summary>
    public int RequestCount { get; set; }

    /// <summary>Why it ran or did not; null before that is decided.</summary>
    public VertexExplanation? Explanation { get; private set; }

    /// <summary>The result of an output; stays owned by this vertex.</summary>
    public Task<IResult> GetResultAsync(int output) => _results.GetOrAdd(output, number => new Once<IResult>(() => FindOrRunAsync(number))).GetAsync();

    /// <summary>By what an output is known to vertices above. Nothing is run for it but what must be read by content.</summary>
    public async Task<VertexIdentity> GetIdentityAsync(int output) => (await FindAsync(output)).Identity;

    public void Cancel() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var result in await _run.GetIfStartedAsync() ?? [])
        {
            await result.DisposeAsync();
        }

        foreach (var pending in _results.Values)
        {
            // Disposing a result twice does nothing: one that was run is in both.
            if (await pending.GetIfStartedAsync() is { } result)
            {
                await result.DisposeAsync();
            }
        }

        _stop.Dispose();
    }

    private Task<Finding> FindAsync(int output) => _findings.GetOrAdd(output, number => new Once<Finding>(() => FindRecordsAsync(number))).GetAsync();

    private async Task<IResult> FindOrRunAsync(int output)
    {
        var finding = await FindAsync(output);
        if (await LoadAsync(finding.Records) is { } found)
        {
            Decide(finding.IsByContent ? VertexOutcome.HitByContent : VertexOutcome.HitByDefinition, finding);
            return found;
        }

        // The records by definition are of results that are gone: content may know others.
        if (finding is { Records.Count: > 0, IsByContent: false } && finding.Keys.HasContent && await LoadByContentAsync(output) is { } other)
        {
            Decide(VertexOutcome.HitByContent, finding);
            return other;
        }

        Decide(Vertex.Options.IgnoreCache ? VertexOutcome.RanCacheIgnored : finding.Records.Count > 0 ? VertexOutcome.RanResultLost : VertexOutcome.RanNoRecord, finding);
        var results = await _run.GetAsync();
        return output < results.Count
            ? results[output]
            : throw new InvalidInputException($"invalid build graph: output {output} of {Quote.Text(Vertex.Options.Name)} is asked for, which has {results.Count}");
    }

    private async Task<IResult?> LoadByContentAsync(int output)
    {
        foreach (var key in await _contentKeys.GetAsync())
        {
            if (await LoadAsync(await _environment.Cache.FindAsync(CacheKeys.Output(key, output), _stop.Token)) is { } result)
            {
                return result;
            }
        }

        return null;
    }

    private async Task<IResult?> LoadAsync(IReadOnlyList<CacheRecord> records)
    {
        foreach (var record in records)
        {
            if (await _environment.Results.LoadAsync(record.ResultId, _stop.Token) is { } result)
            {
                Progress.CompleteCached();
                return result;
            }

            await _environment.Cache.RemoveResultAsync(record.ResultId, _stop.Token);
        }

        return null;
    }

    private async Task<IReadOnlyList<IResult>> RunAsync()
    {
        var inputs = await Task.WhenAll(_inputs.Select((input, i) => input.GetResultAsync(Vertex.Inputs[i].Output)));
        IReadOnlyList<IResult> results;
        await _environment.Slots.WaitAsync(_stop.Token);
        try
        {
            Progress.Start();
            results = await Vertex.Operation.RunAsync(Context(), inputs, _stop.Token);
            Progress.Complete(null);
        }
        catch (Exception error)
        {
            Progress.Complete(error is OperationCanceledException ? "context canceled" : error.Message);
            throw;
        }
        finally
        {
            _environment.Slots.Release();
        }

        await RecordAsync(results);
        return results;
    }

    private async Task RecordAsync(IReadOnlyList<IResult> results)
    {
        var keys = await _keys.GetAsync();
        var content = keys.HasContent && AreStorable(await InputIdentitiesAsync(), keys.Operation) ? await _contentKeys.GetAsync() : [];
        Digest[] all = keys.IsStorable ? [.. keys.Definition, .. content] : content;
        for (var i = 0; i < results.Count && all.Length > 0; i++)
        {
            var identity = await GetIdentityAsync(i);
            var record = new CacheRecord(results[i].Id, identity.Value, _environment.Clock.GetUtcNow());
            await _environment.Cache.AddAsync([.. all.Select(key => CacheKeys.Output(key, i))], record, _stop.Token);
        }
    }

    private OperationContext Context() => new(Vertex.Digest, Progress, Progress.Jobs, Vertex.Options.IgnoreCache);

    private void Decide(VertexOutcome outcome, Finding finding) =>
        Explanation = new VertexExplanation(Vertex.Digest, Vertex.Options.Name, outcome, finding.Keys.Definition, finding.ContentKeys);

    /// <summary>What is known of an output before anything is run for it.</summary>
    /// <param name="Keys">The vertex's keys.</param>
    /// <param name="Identity">By what the output is known.</param>
    /// <param name="Records">The records found, newest first.</param>
    /// <param name="ContentKeys">The content keys that were tried.</param>
    /// <param name="IsByContent">Whether the records were found by content.</param>
    private sealed record Finding(VertexKeys Keys, VertexIdentity Identity, IReadOnlyList<CacheRecord> Records, ImmutableArray<Digest> ContentKeys, bool IsByContent);
}
