using System.IO.Compression;

namespace Cofferdam.Secrets.Nested;

/// <summary>RFC 1950: the loose objects of git. Two bytes tell it, so that other files are taken for it at first.</summary>
internal sealed class ZlibFormat : IContainerFormat
{
    public string Name => "zlib";

    public bool IsGuess => true;

    public bool IsMatch(ReadOnlySpan<byte> head) => head is [0x78, 0x01 or 0x5e or 0x9c or 0xda, _, ..];

    public async ValueTask WalkAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, CancellationToken cancellationToken)
    {
        await using var plain = new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true);
        await walk.EnterAsync(plain, level.Inside("content", null), isInflated: true, cancellationToken);
    }
}
