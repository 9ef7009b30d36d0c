using System.Buffers;
using System.Security.Cryptography;

namespace Cofferdam.Executor;

/// <summary>A growing buffer that leaves no copy of what was in it: the garbage collector does not move it, and it is wiped.</summary>
internal sealed class WipedBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = GC.AllocateArray<byte>(64 * 1024, pinned: true);
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = _length + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
        {
            var larger = GC.AllocateArray<byte>(Math.Max(needed, 2 * _bytes.Length), pinned: true);
            Written.CopyTo(larger);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = larger;
        }

        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
