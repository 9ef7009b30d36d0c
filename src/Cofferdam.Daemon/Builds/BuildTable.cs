using Cofferdam.Engine;
using Cofferdam.Model;

namespace Cofferdam.Daemon;

/// <summary>The builds that run, and the last ones that did. A client may ask for a build before its Solve call is here, so looking one up waits. Thread-safe.</summary>
internal sealed class BuildTable(IEngineInfo info, TimeProvider clock)
{
    // Builds whose progress can still be asked for.
    private const int KeptBuilds = 16;

    private readonly Lock _lock = new(); // guards what follows
    private readonly Dictionary<string, ActiveBuild> _active = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Ref, ActiveBuild Build)> _ended = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised when a build has ended.</summary>
    public event Action? Ended;

    /// <summary>How many builds run.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _active.Count;
            }
        }
    }

    /// <summary>When the oldest build that runs began; null when none does.</summary>
    public DateTimeOffset? OldestStart
    {
        get
        {
            lock (_lock)
            {
                return _active.Count == 0 ? null : _active.Values.Min(build => build.Started);
            }
        }
    }

    /// <summary>Makes a build known; throws <see cref="ConflictException"/> when one of its name runs.</summary>
    /// <param name="build">The build.</param>
    /// <param name="call">What the client's own frontend works on.</param>
    public ActiveBuild Add(IBuild build, FrontendCall call)
    {
        lock (_lock)
        {
            var active = new ActiveBuild(build, call, info, clock.GetUtcNow());
            if (!_active.TryAdd(build.Ref, active))
            {
                throw new ConflictException($"job ID {build.Ref} exists");
            }

            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return active;
        }
    }

    /// <summary>Ends a build; its progress can be asked for some time longer.</summary>
    public void Remove(ActiveBuild build)
    {
        lock (_lock)
        {
            _active.Remove(build.Build.Ref);
            _ended.AddFirst((build.Build.Ref, build));
            if (_ended.Count > KeptBuilds)
            {
                _ended.RemoveLast();
            }
        }

        Ended?.Invoke();
    }

    /// <summary>The build of that name, waited for; throws <see cref="NotFoundException"/> when it does not come.</summary>
    /// <param name="reference">The client's name of it.</param>
    /// <param name="patience">How long to wait: BuildKit has 3 s for the gateway, 6 s for the status.</param>
    /// <param name="withEnded">Whether one that has ended will do.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<ActiveBuild> FindAsync(string reference, TimeSpan patience, bool withEnded, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_active.TryGetValue(reference, out var build))
                {
                    return build;
                }

                if (withEnded && _ended.FirstOrDefault(ended => ended.Ref == reference).Build is { } known)
                {
                    return known;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(stop.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new NotFoundException($"no such job {reference}");
            }
        }
    }
}
