using System.Buffers;

namespace Cofferdam.Storage.Layers;

/// <summary>Bytes in an array of the pool, given back when the last of its users is done.</summary>
internal sealed class PooledBuffer(int capacity, int users) : IDisposable
{
    private byte[]? _array = ArrayPool<byte>.Shared.Rent(capacity);
    private int _users = users;

    internal int Length { get; set; }

    internal Memory<byte> All => _array;

    internal ReadOnlyMemory<byte> Filled => _array.AsMemory(0, Length);

    /// <summary>Makes room for more, what is filled kept; for one user only.</summary>
    internal void Reserve(int count)
    {
        if (_array!.Length - Length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _array.Length, Length + count));
        Filled.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }

    /// <summary>One user is done.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0 && Interlocked.Exchange(ref _array, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
