using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Lets one at a time through for each key: of different vertices with the same key one runs, and the others find its record.</summary>
internal sealed class Turns
{
    private readonly Lock _lock = new(); // guards _gates and the counts in it
    private readonly Dictionary<Digest, Gate> _gates = [];

    /// <summary>Waits for a turn, which ends when it is disposed.</summary>
    public async Task<Turn> TakeAsync(Digest key, CancellationToken cancellationToken)
    {
        Gate? gate;
        lock (_lock)
        {
            if (!_gates.TryGetValue(key, out gate))
            {
                _gates.Add(key, gate = new Gate());
            }

            gate.Users++;
        }

        try
        {
            await gate.Open.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(key, gate);
            throw;
        }

        return new Turn(this, key, gate);
    }

    private void Leave(Digest key, Gate gate)
    {
        lock (_lock)
        {
            if (--gate.Users == 0)
            {
                _gates.Remove(key);
                gate.Open.Dispose();
            }
        }
    }

    /// <summary>A turn taken.</summary>
    internal sealed class Turn(Turns turns, Digest key, Gate gate) : IDisposable
    {
        public void Dispose()
        {
            gate.Open.Release();
            turns.Leave(key, gate);
        }
    }

    internal sealed class Gate
    {
        public SemaphoreSlim Open { get; } = new(1);

        public int Users { get; set; }
    }
}
