using Cofferdam.Secrets;
using SharpCompress.Compressors.Xz;

namespace Cofferdam.Engine;

/// <summary>Opens xz for the search.</summary>
internal sealed class XzNestedDecoder : INestedDecoder
{
    public string Name => "xz";

    public bool IsMatch(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]); // the .xz file format, 2.1.1.1

    public Stream Open(Stream compressed) => new SynchronousDecoderStream(compressed, static source => new XZStream(source));
}
