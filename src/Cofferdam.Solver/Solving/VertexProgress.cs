namespace Cofferdam.Solver;

/// <summary>Tells every build that waits for a vertex what happens to it; one that comes later is told what it missed.</summary>
internal sealed class VertexProgress(Vertex vertex, TimeProvider clock) : IVertexProgress
{
    private const int KeptLogBytes = 256 * 1024;

    private readonly Lock _lock = new(); // guards all that follows
    private readonly Dictionary<SolverJob, int> _jobs = [];
    private readonly List<ProgressEvent.LogWritten> _logs = [];
    private readonly List<ProgressEvent.Warned> _warnings = [];
    private OrderedDictionary<string, ProgressEvent.StatusChanged>? _statuses; // few vertices have any
    private int _logBytes;
    private ProgressEvent.VertexChanged _state = new(vertex.Digest)
    {
        Name = vertex.Options.Name,
        Inputs = [.. vertex.Inputs.Select(input => input.Vertex.Digest)],
        Group = vertex.Options.ProgressGroup,
    };

    /// <summary>The builds that wait for the vertex.</summary>
    public IReadOnlyList<IJobContext> Jobs
    {
        get
        {
            lock (_lock)
            {
                return [.. _jobs.Keys.Select(job => job.Context)];
            }
        }
    }

    public void Add(SolverJob job)
    {
        lock (_lock)
        {
            _jobs[job] = _jobs.GetValueOrDefault(job) + 1;
            if (_jobs[job] > 1)
            {
                return;
            }

            job.Sink.Report(_state);
            // What it missed.
            foreach (var missed in (_statuses?.Values ?? Enumerable.Empty<ProgressEvent>()).Cast<ProgressEvent>().Concat(_logs).Concat(_warnings))
            {
                job.Sink.Report(missed);
            }
        }
    }

    public void Remove(SolverJob job)
    {
        lock (_lock)
        {
            if (--_jobs[job] == 0)
            {
                _jobs.Remove(job);
                if (_state is { Started: not null, Completed: null })
                {
                    job.Sink.Report(_state with { Completed = clock.GetUtcNow(), Error = "context canceled" });
                }
            }
        }
    }

    public void Start() => Change(state => state with { Started = clock.GetUtcNow(), Completed = null, IsCached = false, Error = null });

    public void Complete(string? error) => Change(state => state with { Completed = clock.GetUtcNow(), Error = error });

    /// <summary>It failed before it ran: its key could not be made.</summary>
    public void Fail(string error) => Change(state => state with { Started = state.Started ?? clock.GetUtcNow(), Completed = clock.GetUtcNow(), Error = error });

    public void CompleteCached() => Change(state => state is { Started: not null, Error: null } ? state : state with { Started = clock.GetUtcNow(), Completed = clock.GetUtcNow(), IsCached = true, Error = null });

    public void Log(int stream, ReadOnlySpan<byte> data)
    {
        var log = new ProgressEvent.LogWritten(vertex.Digest, stream, data.ToArray(), clock.GetUtcNow());
        lock (_lock)
        {
            _logBytes += data.Length;
            if (_logBytes <= KeptLogBytes)
            {
                _logs.Add(log);
            }

            Broadcast(log);
        }
    }

    public void Status(string id, string name, long current, long total, bool isCompleted)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            _statuses ??= [];
            var started = _statuses.TryGetValue(id, out var before) ? before.Started : now;
            var status = new ProgressEvent.StatusChanged(vertex.Digest, id, name, current, total, now, started, isCompleted ? now : null);
            _statuses[id] = status;
            Broadcast(status);
        }
    }

    public void Warn(BuildWarning warning)
    {
        lock (_lock)
        {
            var warned = new ProgressEvent.Warned(vertex.Digest, warning);
            _warnings.Add(warned);
            Broadcast(warned);
        }
    }

    private void Change(Func<ProgressEvent.VertexChanged, ProgressEvent.VertexChanged> change)
    {
        lock (_lock)
        {
            var changed = change(_state);
            if (changed != _state)
            {
                _state = changed;
                Broadcast(changed);
            }
        }
    }

    private void Broadcast(ProgressEvent progressEvent)
    {
        foreach (var job in _jobs.Keys)
        {
            job.Sink.Report(progressEvent);
        }
    }
}
