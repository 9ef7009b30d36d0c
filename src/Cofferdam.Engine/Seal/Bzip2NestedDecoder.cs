using Cofferdam.Secrets;
using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;

namespace Cofferdam.Engine;

/// <summary>Opens bzip2 for the search, streams one after another included.</summary>
internal sealed class Bzip2NestedDecoder : INestedDecoder
{
    public string Name => "bzip2";

    // After the level, a block or, where there is nothing in it, the end: text may begin with "BZh".
    public bool IsMatch(ReadOnlySpan<byte> head) => head is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        or [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..];

    public Stream Open(Stream compressed) =>
        new SynchronousDecoderStream(compressed, static source => BZip2Stream.Create(source, CompressionMode.Decompress, decompressConcatenated: true, leaveOpen: true));
}
