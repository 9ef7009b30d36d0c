using System.Buffers.Binary;
using System.IO.Compression;

namespace Cofferdam.Storage.Layers;

/// <summary>One gzip member (RFC 1952) whose deflate stream is made of blocks that end on a byte (a sync flush), put together.</summary>
internal sealed class GzipBlockCompressor(int level) : IBlockCompressor
{
    private const int HeaderBytes = 10;
    private const int TrailerBytes = 8;

    private readonly ZLibCompressionOptions _options = new() { CompressionLevel = level };
    private uint _checksum;
    private uint _size;

    public int BlockBytes => 1 << 20;

    // No name, no time, system not known: the same bytes for the same content.
    public ReadOnlyMemory<byte> Header { get; } = new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff };

    public CompressedBlock Compress(ReadOnlyMemory<byte> block)
    {
        var output = new PooledBuffer((block.Length / 2) + 4096, 1);
        using var stream = new PooledBufferStream(output);
        int end;
        using (var gzip = new GZipStream(stream, _options, leaveOpen: true))
        {
            gzip.Write(block.Span);
            gzip.Flush();
            end = output.Length;
        }

        // The platform's own trailer has the checksum; its header and end are cut off.
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(output.Filled.Span[^TrailerBytes..]);
        output.Filled[HeaderBytes..end].CopyTo(output.All);
        output.Length = end - HeaderBytes;
        return new CompressedBlock(output, block.Length, checksum);
    }

    public void Written(CompressedBlock block)
    {
        _checksum = Crc32Joining.Join(_checksum, block.Checksum, block.PlainBytes);
        _size += (uint)block.PlainBytes;
    }

    public ReadOnlyMemory<byte> Trailer()
    {
        // An empty last block with fixed codes ends the deflate stream (RFC 1951, 3.2.6).
        var trailer = new byte[2 + TrailerBytes];
        trailer[0] = 3;
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(2), _checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(6), _size);
        return trailer;
    }
}
