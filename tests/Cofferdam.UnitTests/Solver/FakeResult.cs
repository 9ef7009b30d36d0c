using Cofferdam.Solver;

namespace Cofferdam.UnitTests.Solver;

/// <summary>A result that is a text; counts its handles with the store.</summary>
internal sealed class FakeResult(FakeResultStore store, string id, string value) : IResult
{
    private int _disposed;

    public string Id => id;

    public string Value => _disposed == 0 ? value : throw new ObjectDisposedException(id);

    public IResult Clone()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return store.Open(id, value);
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            store.Close();
        }

        return ValueTask.CompletedTask;
    }
}
