using System.Collections.Concurrent;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>How long vertices took when they last ran, since the solver began. Thread-safe.</summary>
internal sealed class RunTimes
{
    private const int MaxEntries = 50_000;

    // Of what has never run: among such the longer chain is the one with more steps.
    private static readonly TimeSpan _unknown = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Digest, TimeSpan> _known = new();
    private int _added;

    /// <summary>How long a vertex takes, as far as is known.</summary>
    public TimeSpan Find(Digest vertex) => _known.TryGetValue(vertex, out var time) ? time : _unknown;

    /// <summary>Remembers how long a vertex took.</summary>
    public void Add(Digest vertex, TimeSpan time)
    {
        // Counted apart: the dictionary's own count takes all its locks.
        if (Interlocked.Increment(ref _added) >= MaxEntries)
        {
            _known.Clear();
            _added = 0;
        }

        _known[vertex] = time;
    }
}
