using System.IO.Compression;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;

namespace Cofferdam.Storage.Layers;

/// <summary>Opens a compressed stream by its first bytes.</summary>
internal static class LayerDecoder
{
    private const int MagicBytes = 6;

    /// <summary>The plain bytes of a stream that may be compressed with gzip, zstd, bzip2 or xz. The stream stays the caller's.</summary>
    internal static async ValueTask<Stream> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var magic = new byte[MagicBytes];
        var length = await stream.ReadAtLeastAsync(magic, MagicBytes, throwOnEndOfStream: false, cancellationToken);
        var all = new PrefixedStream(magic.AsMemory(0, length), stream);
        return Find(magic.AsSpan(0, length))(all);
    }

    // bzip2 and xz have no asynchronous reading of their own, and what they throw for damaged data is anything.
    private static Func<Stream, Stream> Find(ReadOnlySpan<byte> magic) =>
        magic.StartsWith("BZh"u8) ? static stream => new ForeignDecoderStream(() => BZip2Stream.Create(stream, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true, leaveOpen: true))
        : magic.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? static stream => new ForeignDecoderStream(() => new XZStream(stream))
        : Detect(magic) switch
        {
            Compression.Gzip => static stream => new GZipStream(stream, CompressionMode.Decompress),
            Compression.Zstd => static stream => new ZstdSharp.DecompressionStream(stream, leaveOpen: true),
            _ => static stream => stream,
        };

    /// <summary>The compression of layers that some first bytes tell.</summary>
    internal static Compression Detect(ReadOnlySpan<byte> magic)
    {
        // The last nibble of a skippable zstd frame's number is free.
        var isSkippable = magic.Length >= 4 && (magic[0] & 0xf0) == 0x50 && magic[1..4].SequenceEqual((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]);
        return magic.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? Compression.Gzip
            : isSkippable || magic.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) ? Compression.Zstd
            : Compression.None;
    }
}
