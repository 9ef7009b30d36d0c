namespace Cofferdam.Storage.Layers;

/// <summary>No compression.</summary>
internal sealed class PlainBlocks : IBlockCompressor
{
    public int BlockBytes => 1 << 20;

    public ReadOnlyMemory<byte> Header => default;

    public CompressedBlock Compress(ReadOnlyMemory<byte> block)
    {
        var output = new PooledBuffer(block.Length, 1) { Length = block.Length };
        block.CopyTo(output.All);
        return new CompressedBlock(output, block.Length, 0);
    }

    public void Written(CompressedBlock block)
    {
    }

    public ReadOnlyMemory<byte> Trailer() => default;
}
