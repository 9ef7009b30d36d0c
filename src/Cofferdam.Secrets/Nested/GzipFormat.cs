using System.IO.Compression;

namespace Cofferdam.Secrets.Nested;

/// <summary>RFC 1952, members one after another included.</summary>
internal sealed class GzipFormat : IContainerFormat
{
    public string Name => "gzip";

    public bool IsGuess => false;

    public bool IsMatch(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 8]);

    public async ValueTask WalkAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, CancellationToken cancellationToken)
    {
        await using var plain = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        await walk.EnterAsync(plain, level.Inside(EntryName.WithoutSuffix(level.Path), null), isInflated: true, cancellationToken);
    }
}
