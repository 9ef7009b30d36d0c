namespace Cofferdam.Secrets.Memory;

/// <summary>Takes copies of many small pieces of secrets. What was taken never moves, so that spans of it stay valid until disposal.</summary>
internal sealed class SecretArena : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private readonly List<SecretBuffer> _chunks = [];
    private int _used = ChunkBytes;

    internal ArenaSlice Add(ReadOnlySpan<byte> bytes)
    {
        if (_chunks.Count == 0 || _chunks[^1].Length - _used < bytes.Length)
        {
            _chunks.Add(new SecretBuffer(Math.Max(ChunkBytes, bytes.Length)));
            _used = 0;
        }

        bytes.CopyTo(_chunks[^1].Span[_used..]);
        var slice = new ArenaSlice(_chunks.Count - 1, _used, bytes.Length);
        _used += bytes.Length;
        return slice;
    }

    internal ReadOnlySpan<byte> this[ArenaSlice slice] => _chunks[slice.Chunk].Span.Slice(slice.Start, slice.Length);

    public void Dispose()
    {
        foreach (var chunk in _chunks)
        {
            chunk.Dispose();
        }
    }
}
