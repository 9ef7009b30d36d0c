using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>One build in a solver. Thread-safe. Disposing it cancels what it waits for; what other builds wait for goes on.</summary>
public sealed class SolverJob : IAsyncDisposable
{
    private readonly BuildSolver _solver;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new(); // guards all that follows
    private readonly List<IReadOnlyList<ActiveVertex>> _kept = [];
    private readonly Dictionary<Digest, VertexExplanation> _explanations = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls = 1; // one for the build itself
    private Task? _disposal;

    internal SolverJob(BuildSolver solver, IJobContext context, IProgressSink sink) => (_solver, Context, Sink) = (solver, context, sink);

    /// <summary>Why each vertex that was decided so far ran, or did not.</summary>
    public IReadOnlyCollection<VertexExplanation> Explanations
    {
        get
        {
            lock (_lock)
            {
                return [.. _explanations.Values];
            }
        }
    }

    internal IJobContext Context { get; }

    internal IProgressSink Sink { get; }

    /// <summary>The result of an edge, owned by the caller. Asked again it comes at once.</summary>
    /// <remarks>When it fails or is cancelled, what only this call waited for is cancelled, and has ended, before it returns.</remarks>
    public async Task<IResult> SolveAsync(Edge target, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            return await SolveOneAsync(target, stop.Token);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Gives up a result of <see cref="SolveAsync"/> where it turned out, when it was used, that it can no longer be had. True when solving the edge again may give another.</summary>
    public async Task<bool> GiveUpIfLostAsync(Edge target, IResult result, CancellationToken cancellationToken)
    {
        ActiveVertex? active;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            active = _kept.LastOrDefault(vertices => vertices[^1].Vertex.Digest == target.Vertex.Digest)?[^1];
        }

        if (active is null)
        {
            return false;
        }

        var current = await active.GetResultAsync(target.Output, cancellationToken);
        return current.Id != result.Id || await active.GiveUpIfLostAsync(target.Output, current, cancellationToken);
    }

    /// <summary>The records of all that was solved, each after those of what it was made of; for a cache that others read.</summary>
    public async Task<IReadOnlyList<ExportedRecord>> CollectRecordsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ActiveVertex>[] kept;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            kept = [.. _kept];
        }

        var collector = new RecordCollector();
        foreach (var vertex in kept.SelectMany(vertices => vertices))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await vertex.CollectAsync(collector);
        }

        return collector.Records;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            return new ValueTask(_disposal ??= DisposeOnceAsync());
        }
    }

    private async Task<IResult> SolveOneAsync(Edge target, CancellationToken cancellationToken)
    {
        var vertices = _solver.Acquire(target, this);
        try
        {
            await using var anticipation = new Anticipation(vertices, cancellationToken);
            await anticipation.RunAsync();
            var result = (await vertices[^1].GetResultAsync(target.Output, cancellationToken)).Clone();
            await ExplainAsync(vertices);
            lock (_lock)
            {
                _kept.Add(vertices);
            }

            _solver.Keep(vertices);
            return result;
        }
        catch
        {
            await ExplainAsync(vertices);
            await _solver.ReleaseAsync(vertices, this, isKept: false);
            throw;
        }
    }

    private async Task DisposeOnceAsync()
    {
        await Task.Yield();
        await _stop.CancelAsync();
        Leave();
        await _idle.Task;
        foreach (var vertices in _kept)
        {
            await _solver.ReleaseAsync(vertices, this, isKept: true);
        }

        _kept.Clear();
        _stop.Dispose();
    }

    private void Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            _calls++;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_calls == 0)
            {
                _idle.SetResult();
            }
        }
    }

    private async ValueTask ExplainAsync(IReadOnlyList<ActiveVertex> vertices)
    {
        foreach (var active in vertices)
        {
            if (await active.ExplainAsync() is { } explanation)
            {
                lock (_lock)
                {
                    _explanations[explanation.Vertex] = explanation;
                }
            }
        }
    }
}
