using System.Collections.Concurrent;
using Cofferdam.Solver;
using Xunit;

namespace Cofferdam.UnitTests.Solver;

/// <summary>Results that can be lost, with a count of the handles that are open.</summary>
internal sealed class FakeResultStore : IResultStore
{
    private readonly ConcurrentDictionary<string, string> _values = new();
    private int _nextId;
    private int _openHandles;
    private int _loads;

    public int OpenHandles => _openHandles;

    public int Loads => _loads;

    public FakeResult Create(string value)
    {
        var id = $"result {Interlocked.Increment(ref _nextId)}";
        _values[id] = value;
        return Open(id, value);
    }

    public void Lose(string id) => Assert.True(_values.TryRemove(id, out _));

    public ValueTask<IResult?> LoadAsync(string id, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loads);
        return ValueTask.FromResult<IResult?>(_values.TryGetValue(id, out var value) ? Open(id, value) : null);
    }

    public FakeResult Open(string id, string value)
    {
        Interlocked.Increment(ref _openHandles);
        return new FakeResult(this, id, value);
    }

    public void Close() => Interlocked.Decrement(ref _openHandles);
}
