namespace Cofferdam.Secrets.Nested;

/// <summary>Formats that are known and not opened; the report says so.</summary>
internal sealed class UnopenedFormat : IContainerFormat
{
    private static readonly (string Name, byte[] Magic)[] Formats =
    [
        ("zstd", [0x28, 0xb5, 0x2f, 0xfd]), ("xz", [0xfd, .. "7zXZ\0"u8]), ("bzip2", "BZh"u8.ToArray()), ("7z", [.. "7z"u8, 0xbc, 0xaf, 0x27, 0x1c]), ("rar", "Rar!\x1a\a"u8.ToArray()),
        ("lzip", "LZIP"u8.ToArray()), ("lz4", [0x04, 0x22, 0x4d, 0x18]), ("squashfs", "hsqs"u8.ToArray()), ("compress", [0x1f, 0x9d]), ("cab", "MSCF"u8.ToArray()), ("rpm", [0xed, 0xab, 0xee, 0xdb]),
        ("git pack", "PACK\0\0\0"u8.ToArray()),
    ];

    public string Name => "archive";

    public bool IsGuess => false;

    public bool IsMatch(ReadOnlySpan<byte> head) => NameOf(head) is not null;

    public async ValueTask WalkAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, CancellationToken cancellationToken)
    {
        var head = await stream.PeekAsync(8, cancellationToken);
        walk.AddGap(level, $"{NameOf(head.Span)} is not looked inside");
    }

    private static string? NameOf(ReadOnlySpan<byte> head)
    {
        foreach (var (name, magic) in Formats)
        {
            if (head.StartsWith(magic))
            {
                return name;
            }
        }

        return null;
    }
}
