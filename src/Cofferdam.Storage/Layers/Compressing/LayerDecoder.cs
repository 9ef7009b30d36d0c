using System.IO.Compression;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>Opens a compressed stream by its first bytes.</summary>
internal static class LayerDecoder
{
    private const int MagicBytes = 6;

    /// <summary>The plain bytes of a stream that may be compressed with gzip or zstd. The stream stays the caller's.</summary>
    internal static async ValueTask<Stream> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var magic = new byte[MagicBytes];
        var length = await stream.ReadAtLeastAsync(magic, MagicBytes, throwOnEndOfStream: false, cancellationToken);
        var all = new PrefixedStream(magic.AsMemory(0, length), stream);
        return Detect(magic.AsSpan(0, length)) switch
        {
            Compression.Gzip => new GZipStream(all, CompressionMode.Decompress),
            Compression.Zstd => new ZstdSharp.DecompressionStream(all, leaveOpen: true),
            _ => all,
        };
    }

    /// <summary>The compression that some first bytes tell; throws for those that are known and not supported.</summary>
    internal static Compression Detect(ReadOnlySpan<byte> magic)
    {
        if (magic.StartsWith("BZh"u8))
        {
            throw new UnsupportedException("read an archive: bzip2 is not supported yet") { Hint = "compress it with gzip or zstd" };
        }

        if (magic.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
        {
            throw new UnsupportedException("read an archive: xz is not supported yet") { Hint = "compress it with gzip or zstd" };
        }

        // The last nibble of a skippable zstd frame's number is free.
        var isSkippable = magic.Length >= 4 && (magic[0] & 0xf0) == 0x50 && magic[1..4].SequenceEqual((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]);
        return magic.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? Compression.Gzip
            : isSkippable || magic.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) ? Compression.Zstd
            : Compression.None;
    }
}
