using System.IO.Compression;

namespace Cofferdam.Secrets.Nested;

/// <summary>zip from its beginning to its end, without the directory: local headers and what follows them (APPNOTE 4.3.7). jar, wheel, nupkg, war.</summary>
internal sealed class ZipFormat : IContainerFormat
{
    private const ushort Stored = 0;
    private const ushort Deflated = 8;

    public string Name => "zip";

    public bool IsGuess => false;

    public bool IsMatch(ReadOnlySpan<byte> head) => head.StartsWith("PK\x03\x04"u8);

    public async ValueTask WalkAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, CancellationToken cancellationToken)
    {
        while (await ZipEntryHeader.ReadAsync(stream, cancellationToken) is { } entry)
        {
            var inside = level.Inside(entry.Name, entry.Method == Stored ? stream.Position : null);
            var isOpened = !entry.IsEncrypted && entry.Method is Stored or Deflated;
            if (!isOpened)
            {
                walk.AddGap(inside, entry.IsEncrypted ? "encrypted" : $"zip compression {entry.Method} is not looked inside");
            }

            if (entry.Size is { } size)
            {
                var content = new LimitedStream(stream, size);
                if (isOpened)
                {
                    await EnterAsync(content, inside, walk, entry.Method, cancellationToken);
                }

                if (!await content.SkipAsync(cancellationToken))
                {
                    throw new InvalidDataException("ends within an entry");
                }
            }
            else if (!isOpened || entry.Method == Stored)
            {
                // Where it ends is said only after it.
                throw new InvalidDataException("an entry of unknown size");
            }
            else
            {
                await WalkToDescriptorAsync(stream, inside, walk, cancellationToken);
            }
        }
    }

    private static async ValueTask EnterAsync(LimitedStream content, NestedLevel inside, NestedWalk walk, ushort method, CancellationToken cancellationToken)
    {
        if (method == Stored)
        {
            await walk.EnterAsync(content, inside, isInflated: false, cancellationToken);
            return;
        }

        await using var plain = new DeflateStream(content, CompressionMode.Decompress, leaveOpen: true);
        await walk.EnterAsync(plain, inside, isInflated: true, cancellationToken);
    }

    /// <summary>An entry whose size stands after it. The decoder read too far: the place is where a descriptor has the sizes that it would have there.</summary>
    private static async ValueTask WalkToDescriptorAsync(ScannedStream stream, NestedLevel inside, NestedWalk walk, CancellationToken cancellationToken)
    {
        var start = stream.Position;
        var plain = new CountedStream(new DeflateStream(stream, CompressionMode.Decompress, leaveOpen: true));
        await using (plain)
        {
            await walk.EnterAsync(plain, inside, isInflated: true, cancellationToken);
        }

        await stream.PeekAsync(ZipDescriptor.MostBytes, cancellationToken);
        stream.Position = ZipDescriptor.FindEnd(stream, start, plain.Count) ?? throw new InvalidDataException("an entry of unknown size");
    }
}
