using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>A result that a frontend returned: a definition, solved when it is first needed and then once.</summary>
internal sealed class BuildReference(
    string id, Definition definition, Edge? edge, Func<Edge?, CancellationToken, Task<SnapshotResult>> solve, Func<Edge, SnapshotResult, CancellationToken, Task<bool>> giveUp) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<SnapshotResult> _lost = [];
    private SnapshotResult? _result;

    /// <summary>What the client knows it by.</summary>
    public string Id { get; } = id;

    /// <summary>The graph it is of.</summary>
    public Definition Definition { get; } = definition;

    /// <summary>The vertex it comes from; null for the empty root.</summary>
    public Edge? Edge { get; } = edge;

    /// <summary>The result; stays owned by this reference.</summary>
    public async Task<SnapshotResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _result ??= await solve(Edge, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gives up a result that turned out to be lost when it was used. True when it may be evaluated again.</summary>
    public async Task<bool> GiveUpIfLostAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_result is null || Edge is not { } wanted || !await giveUp(wanted, _result, cancellationToken))
            {
                return false;
            }

            _lost.Add(_result); // Somebody may still look at it.
            _result = null;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lost in _lost)
        {
            await lost.DisposeAsync();
        }

        if (_result is not null)
        {
            await _result.DisposeAsync();
        }

        _gate.Dispose();
    }
}
