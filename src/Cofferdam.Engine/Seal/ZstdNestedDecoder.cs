using Cofferdam.Secrets;
using ZstdSharp;

namespace Cofferdam.Engine;

/// <summary>Opens zstd for the search.</summary>
internal sealed class ZstdNestedDecoder : INestedDecoder
{
    public string Name => "zstd";

    public bool IsMatch(ReadOnlySpan<byte> head) => head is [0x28, 0xb5, 0x2f, 0xfd, ..]; // RFC 8878, 3.1.1

    public Stream Open(Stream compressed) => new DecompressionStream(compressed, leaveOpen: true);
}
