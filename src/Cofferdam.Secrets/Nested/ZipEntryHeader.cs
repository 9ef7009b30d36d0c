using System.Buffers.Binary;
using System.Text;

namespace Cofferdam.Secrets.Nested;

/// <summary>What is said before an entry of a zip archive. No size: it stands after the entry.</summary>
internal sealed record ZipEntryHeader(string Name, ushort Method, bool IsEncrypted, long? Size)
{
    private const int FixedBytes = 30;
    private const uint LocalHeader = 0x04034b50;
    private const uint Directory = 0x02014b50;
    private const uint DirectoryEnd = 0x06054b50;
    private const uint ArchiveExtra = 0x08064b50;
    private const ushort Zip64 = 1;

    /// <summary>Reads the next one; null at the directory.</summary>
    internal static async ValueTask<ZipEntryHeader?> ReadAsync(ScannedStream stream, CancellationToken cancellationToken)
    {
        await PassDescriptorAsync(stream, cancellationToken);
        var header = new byte[FixedBytes];
        var count = await stream.ReadAtLeastAsync(header, FixedBytes, throwOnEndOfStream: false, cancellationToken);
        var signature = count >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(header) : 0;
        if (count == 0 || signature is Directory or DirectoryEnd or ArchiveExtra)
        {
            return null;
        }

        if (count < FixedBytes || signature != LocalHeader)
        {
            throw new InvalidDataException("not a header");
        }

        var name = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26))];
        await stream.ReadExactlyAsync(name, cancellationToken);
        var extra = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28))];
        await stream.ReadExactlyAsync(extra, cancellationToken);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(6));
        var size = (long)BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(18));
        size = size == uint.MaxValue ? Zip64Size(extra) : size;
        var isAfter = (flags & 8) != 0 && size == 0;
        return new ZipEntryHeader(Encoding.UTF8.GetString(name), BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8)), (flags & 1) != 0, isAfter ? null : size);
    }

    /// <summary>Some writers say the sizes before and after an entry.</summary>
    private static async ValueTask PassDescriptorAsync(ScannedStream stream, CancellationToken cancellationToken)
    {
        var head = await stream.PeekAsync(ZipDescriptor.MostBytes + 2, cancellationToken);
        if (!head.Span.StartsWith("PK\a\b"u8))
        {
            return;
        }

        var isShort = head.Length >= 18 && head.Span[16..].StartsWith("PK"u8);
        stream.Position += isShort ? 16 : Math.Min(head.Length, ZipDescriptor.MostBytes);
    }

    private static long Zip64Size(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == Zip64 && length >= 16 && extra.Length >= 20)
            {
                var size = BinaryPrimitives.ReadInt64LittleEndian(extra[12..]);
                return size >= 0 ? size : throw new InvalidDataException("a size below zero");
            }

            extra = extra[Math.Min(extra.Length, length + 4)..];
        }

        throw new InvalidDataException("no size");
    }
}
