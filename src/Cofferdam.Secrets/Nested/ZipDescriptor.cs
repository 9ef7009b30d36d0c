using System.Buffers.Binary;

namespace Cofferdam.Secrets.Nested;

/// <summary>The sizes after an entry (APPNOTE 4.3.9): with or without a signature, of 4 or 8 bytes.</summary>
internal static class ZipDescriptor
{
    /// <summary>The longest one.</summary>
    internal const int MostBytes = 24;

    private const int Longest = ScannedStream.Kept;

    /// <summary>The position after the descriptor of an entry that began at <paramref name="start"/> and gave <paramref name="plain"/> bytes; null when there is none near the position.</summary>
    internal static long? FindEnd(ScannedStream stream, long start, long plain)
    {
        for (var at = Math.Max(Math.Max(start, stream.First), stream.Position - Longest); at <= stream.Position; at++)
        {
            var bytes = stream.From(at);
            var packed = at - start;
            if (bytes.StartsWith("PK\a\b"u8) && Match(bytes[4..], packed, plain) is > 0 and var length)
            {
                return at + 4 + length;
            }

            if (Match(bytes, packed, plain) is > 0 and var bare)
            {
                return at + bare;
            }
        }

        return null;
    }

    private static int Match(ReadOnlySpan<byte> bytes, long packed, long plain)
    {
        // After the checksum; the long form first, for the short one would fit the halves of neither.
        if (bytes.Length >= 20 && BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]) == packed && BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]) == plain)
        {
            return 20;
        }

        return bytes.Length >= 12 && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == (uint)packed && BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) == (uint)plain ? 12 : 0;
    }
}
