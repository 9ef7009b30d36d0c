using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>Maps of sparse files as GNU tar writes them: in the header (old), in PAX records (0.0, 0.1), before the data (1.0).</summary>
internal static class TarSparse
{
    /// <summary>Pieces of one file; a bound against archives made to eat memory.</summary>
    internal const int MaxPieces = 1_000_000;

    private const int PieceBytes = 24;
    private const int NumberBytes = 12;

    /// <summary>Adds the pieces of a header or a continuation; false where the list ends.</summary>
    internal static bool AddOldPieces(ReadOnlySpan<byte> field, int count, List<(long Offset, long Length)> pieces)
    {
        for (var i = 0; i < count; i++)
        {
            var piece = field.Slice(i * PieceBytes, PieceBytes);
            if (piece[0] == 0)
            {
                return false;
            }

            pieces.Add((TarHeaderBlock.ParseNumber(piece[..NumberBytes], "sparse offset"), TarHeaderBlock.ParseNumber(piece[NumberBytes..], "sparse length")));
        }

        return pieces.Count <= MaxPieces ? true : throw Damaged();
    }

    /// <summary>Pieces of PAX records of version 0.0 or 0.1; null when there are none.</summary>
    internal static List<(long Offset, long Length)>? FromRecords(List<KeyValuePair<string, byte[]>> records)
    {
        List<(long Offset, long Length)>? pieces = null;
        var offset = -1L;
        foreach (var (key, value) in records)
        {
            if (key == "GNU.sparse.map")
            {
                return FromNumbers(System.Text.Encoding.ASCII.GetString(value).Split(',', StringSplitOptions.RemoveEmptyEntries));
            }

            if (key == "GNU.sparse.numblocks")
            {
                pieces ??= [];
            }
            else if (key == "GNU.sparse.offset")
            {
                offset = PaxRecords.ParseNumber(value);
            }
            else if (key == "GNU.sparse.numbytes")
            {
                (pieces ??= []).Add(offset >= 0 ? (offset, PaxRecords.ParseNumber(value)) : throw Damaged());
                offset = -1;
            }
        }

        return pieces;
    }

    /// <summary>Pieces of pairs of decimal numbers.</summary>
    internal static List<(long Offset, long Length)> FromNumbers(IReadOnlyList<string> numbers)
    {
        if (numbers.Count % 2 != 0 || numbers.Count / 2 > MaxPieces)
        {
            throw Damaged();
        }

        var pieces = new List<(long, long)>(numbers.Count / 2);
        for (var i = 0; i < numbers.Count; i += 2)
        {
            pieces.Add((Number(numbers[i]), Number(numbers[i + 1])));
        }

        return pieces;
    }

    /// <summary>Throws unless the pieces are in order, within the file, and as long together as what the archive holds.</summary>
    internal static void Check(List<(long Offset, long Length)> pieces, long size, long stored)
    {
        var (end, total) = (0L, 0L);
        foreach (var (offset, length) in pieces)
        {
            if (offset < end || length < 0 || offset > size || length > size - offset)
            {
                throw Damaged();
            }

            end = offset + length;
            total += length;
        }

        if (total != stored)
        {
            throw Damaged();
        }
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Damaged();

    private static InvalidInputException Damaged() => new("read a tar archive: the map of a sparse file is damaged");
}
