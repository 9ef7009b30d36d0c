namespace Cofferdam.Secrets.Nested;

/// <summary>tar: ustar, GNU and pax. What follows the end of an archive may be another one.</summary>
internal sealed class TarFormat : IContainerFormat
{
    private const int LongestName = 64 * 1024;

    public string Name => "tar";

    public bool IsGuess => false;

    public bool IsMatch(ReadOnlySpan<byte> head) => head.Length >= TarBlock.Bytes && new TarBlock(head[..TarBlock.Bytes]).IsHeader;

    public async ValueTask WalkAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, CancellationToken cancellationToken)
    {
        var block = new byte[TarBlock.Bytes];
        string? name = null;
        long? size = null;
        while (await stream.ReadAtLeastAsync(block, TarBlock.Bytes, throwOnEndOfStream: false, cancellationToken) == TarBlock.Bytes)
        {
            var (isHeader, isZero, type, length, ownName) = Read(block);
            if (!isHeader)
            {
                if (isZero)
                {
                    continue;
                }

                throw new InvalidDataException("not a header");
            }

            if (type is (byte)'L' or (byte)'x')
            {
                var text = await ReadTextAsync(stream, length, cancellationToken);
                name = type == 'L' ? EntryName.Of(text) : PaxText.Find(text, "path"u8) is { } path ? EntryName.Of(path) : name;
                size = type == 'x' && long.TryParse(EntryName.Of(PaxText.Find(text, "size"u8)), out var paxSize) && paxSize >= 0 ? paxSize : size;
                continue;
            }

            await SkipSparseMapAsync(stream, block, type, cancellationToken);
            await EntryAsync(stream, level, walk, name ?? ownName, type, size ?? length, cancellationToken);
            (name, size) = (null, null);
        }
    }

    private static (bool IsHeader, bool IsZero, byte Type, long Length, string Name) Read(byte[] block)
    {
        var header = new TarBlock(block);
        return header.IsHeader ? (true, false, header.Type, header.Length, header.Name) : (false, !block.AsSpan().ContainsAnyExcept((byte)0), 0, 0, "");
    }

    private static async ValueTask EntryAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, string name, byte type, long length, CancellationToken cancellationToken)
    {
        // Links, devices, directories have no content, whatever their size says.
        if (type is >= (byte)'1' and <= (byte)'6' || length == 0)
        {
            return;
        }

        var content = new LimitedStream(stream, length);
        await walk.EnterAsync(content, level.Inside(name, stream.Position), isInflated: false, cancellationToken);
        if (!await content.SkipAsync(cancellationToken) || !await new LimitedStream(stream, -length & (TarBlock.Bytes - 1)).SkipAsync(cancellationToken))
        {
            throw new InvalidDataException("ends within an entry");
        }
    }

    /// <summary>Blocks that continue the map of an old GNU sparse file.</summary>
    private static async ValueTask SkipSparseMapAsync(ScannedStream stream, byte[] block, byte type, CancellationToken cancellationToken)
    {
        var hasMore = type == 'S' && block[482] != 0;
        while (hasMore)
        {
            await stream.ReadExactlyAsync(block, cancellationToken);
            hasMore = block[504] != 0;
        }
    }

    private static async ValueTask<byte[]> ReadTextAsync(ScannedStream stream, long length, CancellationToken cancellationToken)
    {
        // A longer text than this is passed over, but for its beginning.
        var text = new byte[Math.Min(length, LongestName)];
        await stream.ReadExactlyAsync(text, cancellationToken);
        var rest = length - text.Length + (-length & (TarBlock.Bytes - 1));
        await new LimitedStream(stream, rest).SkipAsync(cancellationToken);
        return text;
    }
}
