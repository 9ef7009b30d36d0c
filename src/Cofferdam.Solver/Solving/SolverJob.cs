using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>One build in a solver. Thread-safe. Disposing it gives up what it waits for; what other builds wait for goes on.</summary>
public sealed class SolverJob : IAsyncDisposable
{
    private readonly BuildSolver _solver;
    private readonly Lock _lock = new(); // guards _held and _isDisposed
    private readonly List<IReadOnlyList<ActiveVertex>> _held = [];
    private readonly Dictionary<Digest, VertexExplanation> _explanations = [];
    private bool _isDisposed;

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
    /// <remarks>When it fails or is cancelled, the vertices that only this call waited for are cancelled before it returns.</remarks>
    public async Task<IResult> SolveAsync(Edge target, CancellationToken cancellationToken)
    {
        var vertices = _solver.Acquire(target, this);
        var isKept = false;
        try
        {
            var result = await vertices[^1].GetResultAsync(target.Output).WaitAsync(cancellationToken);
            var clone = result.Clone();
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                _held.Add(vertices);
                isKept = true;
            }

            return clone;
        }
        finally
        {
            Explain(vertices);
            if (!isKept)
            {
                await _solver.ReleaseAsync(vertices, this);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<IReadOnlyList<ActiveVertex>> held;
        lock (_lock)
        {
            _isDisposed = true;
            held = [.. _held];
            _held.Clear();
        }

        foreach (var vertices in held)
        {
            await _solver.ReleaseAsync(vertices, this);
        }
    }

    private void Explain(IReadOnlyList<ActiveVertex> vertices)
    {
        lock (_lock)
        {
            foreach (var active in vertices)
            {
                if (active.Explanation is { } explanation)
                {
                    _explanations[active.Vertex.Digest] = explanation;
                }
            }
        }
    }
}
