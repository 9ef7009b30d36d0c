using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Solves graphs of vertices: finds results in the cache, else runs operations, each vertex once for all who wait for it. Thread-safe.</summary>
public sealed class BuildSolver
{
    private readonly Lock _lock = new(); // guards _active and every vertex's counts
    private readonly Dictionary<Digest, ActiveVertex> _active = [];
    private readonly SolverEnvironment _environment;

    /// <summary>Makes a solver.</summary>
    /// <param name="cache">Maps keys to records.</param>
    /// <param name="results">Brings recorded results back.</param>
    /// <param name="options">How it works.</param>
    /// <param name="clock">The clock.</param>
    public BuildSolver(ICacheStore cache, IResultStore results, SolverOptions options, TimeProvider clock) =>
        _environment = new SolverEnvironment(cache, results, new Slots(options.MaxParallelism, clock), clock);

    /// <summary>How many vertices some build has in its graph.</summary>
    internal int ActiveCount
    {
        get
        {
            lock (_lock)
            {
                return _active.Count;
            }
        }
    }

    /// <summary>How many operations wait until others have ended.</summary>
    internal int WaitingCount => _environment.Slots.WaitingCount;

    /// <summary>The digest of the vertex at which an error of <see cref="SolverJob.SolveAsync"/> arose; null when at none.</summary>
    public Digest? FindFailedVertex(Exception error) => _environment.Failures.Find(error);

    /// <summary>Begins a build. Everything it solves stays known to it until it is disposed.</summary>
    /// <param name="context">What its operations get.</param>
    /// <param name="sink">Takes what happens to the vertices it waits for.</param>
    public SolverJob StartJob(IJobContext context, IProgressSink sink) => new(this, context, sink);

    /// <summary>The active vertices for an edge and all below it, each after what it reads. A call is under way that has them in its graph.</summary>
    internal IReadOnlyList<ActiveVertex> Acquire(Edge target, SolverJob job)
    {
        var variants = Variants(target.Vertex);
        var acquired = new OrderedDictionary<Digest, ActiveVertex>(variants.Count);
        lock (_lock)
        {
            foreach (var (vertex, variant) in variants)
            {
                if (acquired.ContainsKey(variant))
                {
                    continue;
                }

                if (!_active.TryGetValue(variant, out var active))
                {
                    active = new ActiveVertex(vertex, variant, [.. vertex.Inputs.Select(input => acquired[variants[input.Vertex]])], _environment);
                    _active.Add(variant, active);
                }

                else
                {
                    // A failure is one for the calls that were under way; who comes later tries again.
                    active.ForgetFailures();
                }

                active.CallCount++;
                acquired.Add(variant, active);

                // Under the lock, so that a running operation never sees a moment without a build that waits.
                active.Progress.Add(job);
            }

            for (var i = acquired.Count - 1; i >= 0; i--)
            {
                acquired.GetAt(i).Value.PassChainOn();
            }
        }

        return acquired.Values;
    }

    /// <summary>A call has ended and keeps its vertices for its build.</summary>
    internal void Keep(IReadOnlyList<ActiveVertex> vertices)
    {
        lock (_lock)
        {
            foreach (var active in vertices)
            {
                active.KeepCount++;
                active.CallCount--;
            }
        }
    }

    /// <summary>A call has ended, or a build gives up what a call has kept for it. The results of what no build has any more are released.</summary>
    internal async ValueTask ReleaseAsync(IReadOnlyList<ActiveVertex> vertices, SolverJob job, bool isKept)
    {
        var ended = new List<ActiveVertex>();
        lock (_lock)
        {
            foreach (var active in vertices)
            {
                if (isKept)
                {
                    active.KeepCount--;
                }
                else
                {
                    active.CallCount--;
                }

                active.Progress.Remove(job);
                if (active is { CallCount: 0, KeepCount: 0 })
                {
                    _active.Remove(active.Variant);
                    ended.Add(active);
                }
            }
        }

        foreach (var active in ended)
        {
            await active.DisposeAsync();
        }
    }

    /// <summary>All vertices, each after what it reads, with what they are active under: a vertex above one that ignores the cache is another than the same above one that does not.</summary>
    private static OrderedDictionary<Vertex, Digest> Variants(Vertex target)
    {
        var variants = new OrderedDictionary<Vertex, Digest>(ReferenceEqualityComparer.Instance);
        var seen = new HashSet<Vertex>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<(Vertex Vertex, bool IsExpanded)>([(target, false)]);
        while (pending.TryPop(out var next))
        {
            if (next.IsExpanded)
            {
                variants.Add(next.Vertex, Variant(next.Vertex, variants));
            }
            else if (seen.Add(next.Vertex))
            {
                pending.Push((next.Vertex, true));
                for (var i = next.Vertex.Inputs.Length - 1; i >= 0; i--)
                {
                    pending.Push((next.Vertex.Inputs[i].Vertex, false));
                }
            }
        }

        return variants;
    }

    private static Digest Variant(Vertex vertex, OrderedDictionary<Vertex, Digest> variants) =>
        vertex.Options is not { IgnoreCache: false, Distinction: null } || vertex.Inputs.Any(input => variants[input.Vertex] != input.Vertex.Digest)
            ? Digest.Of($"variant {vertex.Digest} {vertex.Options.IgnoreCache} {vertex.Options.Distinction} {string.Join(' ', vertex.Inputs.Select(input => variants[input.Vertex]))}")
            : vertex.Digest;
}
