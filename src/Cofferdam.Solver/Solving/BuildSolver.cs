using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Solves graphs of vertices: finds results in the cache, else runs operations, each vertex once for all who wait for it. Thread-safe.</summary>
public sealed class BuildSolver
{
    private readonly Lock _lock = new(); // guards _active and every vertex's count of requests
    private readonly Dictionary<(Digest Vertex, bool IgnoreCache), ActiveVertex> _active = [];

    /// <summary>Makes a solver.</summary>
    /// <param name="cache">Maps keys to records.</param>
    /// <param name="results">Brings recorded results back.</param>
    /// <param name="options">How it works.</param>
    /// <param name="clock">The clock.</param>
    public BuildSolver(ICacheStore cache, IResultStore results, SolverOptions options, TimeProvider clock) =>
        Environment = new SolverEnvironment(cache, results, new SemaphoreSlim(options.MaxParallelism), clock);

    internal SolverEnvironment Environment { get; }

    /// <summary>Begins a build. Everything it solves stays known to it until it is disposed.</summary>
    /// <param name="context">What its operations get.</param>
    /// <param name="sink">Takes what happens to the vertices it waits for.</param>
    public SolverJob StartJob(IJobContext context, IProgressSink sink) => new(this, context, sink);

    /// <summary>The active vertices for an edge and all below it, parents before children's users; one more request of each.</summary>
    internal IReadOnlyList<ActiveVertex> Acquire(Edge target, SolverJob job)
    {
        var order = TopologicalOrder(target.Vertex);
        var acquired = new List<ActiveVertex>(order.Count);
        lock (_lock)
        {
            foreach (var vertex in order)
            {
                var key = (vertex.Digest, vertex.Options.IgnoreCache);
                if (!_active.TryGetValue(key, out var active))
                {
                    active = new ActiveVertex(vertex, [.. vertex.Inputs.Select(input => _active[(input.Vertex.Digest, input.Vertex.Options.IgnoreCache)])], Environment);
                    _active.Add(key, active);
                }

                active.RequestCount++;
                acquired.Add(active);
            }
        }

        acquired.ForEach(active => active.Progress.Add(job));
        return acquired;
    }

    /// <summary>One request less of each vertex. What nobody asks for any more is cancelled, and its results are released.</summary>
    internal async ValueTask ReleaseAsync(IReadOnlyList<ActiveVertex> vertices, SolverJob job)
    {
        var ended = new List<ActiveVertex>();
        lock (_lock)
        {
            foreach (var active in vertices)
            {
                if (--active.RequestCount == 0)
                {
                    _active.Remove((active.Vertex.Digest, active.Vertex.Options.IgnoreCache));
                    ended.Add(active);
                }
            }
        }

        foreach (var active in vertices)
        {
            active.Progress.Remove(job);
        }

        // Users before what they use: an operation that is cancelled still holds its inputs.
        ended.ForEach(active => active.Cancel());
        for (var i = ended.Count - 1; i >= 0; i--)
        {
            await ended[i].DisposeAsync();
        }
    }

    private static List<Vertex> TopologicalOrder(Vertex target)
    {
        var order = new List<Vertex>();
        var seen = new HashSet<Digest>();
        var pending = new Stack<(Vertex Vertex, bool IsExpanded)>([(target, false)]);
        while (pending.TryPop(out var next))
        {
            if (next.IsExpanded)
            {
                order.Add(next.Vertex);
            }
            else if (seen.Add(next.Vertex.Digest))
            {
                pending.Push((next.Vertex, true));
                for (var i = next.Vertex.Inputs.Length - 1; i >= 0; i--)
                {
                    pending.Push((next.Vertex.Inputs[i].Vertex, false));
                }
            }
        }

        return order;
    }
}
