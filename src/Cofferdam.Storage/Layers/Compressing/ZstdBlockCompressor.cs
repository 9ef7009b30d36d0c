using System.Collections.Concurrent;

namespace Cofferdam.Storage.Layers;

/// <summary>Zstd frames (RFC 8878), one after the other.</summary>
internal sealed class ZstdBlockCompressor(int level) : IBlockCompressor, IDisposable
{
    private readonly ConcurrentBag<ZstdSharp.Compressor> _idle = [];

    // Larger than zstd's window at these levels (2 MiB), so that little is lost by beginning anew.
    public int BlockBytes => 4 << 20;

    public ReadOnlyMemory<byte> Header => default;

    public CompressedBlock Compress(ReadOnlyMemory<byte> block)
    {
        if (!_idle.TryTake(out var compressor))
        {
            compressor = new ZstdSharp.Compressor(level);
        }

        var output = new PooledBuffer(ZstdSharp.Compressor.GetCompressBound(block.Length), 1);
        output.Length = compressor.Wrap(block.Span, output.All.Span);
        _idle.Add(compressor);
        return new CompressedBlock(output, block.Length, 0);
    }

    public void Written(CompressedBlock block)
    {
    }

    public ReadOnlyMemory<byte> Trailer() => default;

    public void Dispose()
    {
        while (_idle.TryTake(out var compressor))
        {
            compressor.Dispose();
        }
    }
}
