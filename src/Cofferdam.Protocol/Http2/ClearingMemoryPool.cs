using System.Buffers;

namespace Cofferdam.Protocol.Http2;

/// <summary>Pooled memory that is wiped when it is returned: secrets pass through it, and must not stay in what the next call gets.</summary>
internal sealed class ClearingMemoryPool : MemoryPool<byte>
{
    public static ClearingMemoryPool Instance { get; } = new();

    public override int MaxBufferSize => Array.MaxLength;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Owner(Math.Max(4096, minBufferSize));

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Owner(int size) : IMemoryOwner<byte>
    {
        private byte[]? _array = ArrayPool<byte>.Shared.Rent(size);

        public Memory<byte> Memory => _array;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is { } array)
            {
                ArrayPool<byte>.Shared.Return(array, clearArray: true);
            }
        }
    }
}
