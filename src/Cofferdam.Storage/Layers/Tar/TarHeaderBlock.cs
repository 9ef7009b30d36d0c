using System.Buffers.Binary;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>The 512 bytes of a header: fields at fixed places (POSIX ustar; GNU tar manual, "Basic Tar Format").</summary>
internal static class TarHeaderBlock
{
    internal const int Size = 512;

    internal static readonly Range Name = 0..100;
    internal static readonly Range Mode = 100..108;
    internal static readonly Range Uid = 108..116;
    internal static readonly Range Gid = 116..124;
    internal static readonly Range Length = 124..136;
    internal static readonly Range Modified = 136..148;
    internal static readonly Range Checksum = 148..156;
    internal static readonly Range LinkName = 157..257;
    internal static readonly Range Magic = 257..265;
    internal static readonly Range DeviceMajor = 329..337;
    internal static readonly Range DeviceMinor = 337..345;
    internal static readonly Range Prefix = 345..500;
    internal const int TypeAt = 156;

    internal static ReadOnlySpan<byte> UstarMagic => "ustar\000"u8;

    /// <summary>Whether the sum in the header is that of its bytes; old archives summed them with signs.</summary>
    internal static bool HasValidChecksum(ReadOnlySpan<byte> block)
    {
        if (!TryParseNumber(block[Checksum], out var expected))
        {
            return false;
        }

        var (unsigned, signed) = (0L, 0L);
        for (var i = 0; i < Size; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        return expected == unsigned || expected == signed;
    }

    internal static string ParseText(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return PathBytes.Decode(end < 0 ? field : field[..end]);
    }

    internal static long ParseNumber(ReadOnlySpan<byte> field, string what) =>
        TryParseNumber(field, out var value) ? value : throw new InvalidInputException($"read a tar header: the {what} is no number");

    /// <summary>Reads octal digits, or base 256 when the first bit is set.</summary>
    internal static bool TryParseNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if (field.Length > 0 && (field[0] & 0x80) != 0)
        {
            return TryParseBinary(field, out value);
        }

        field = field.Trim((byte)0).Trim((byte)' ').Trim((byte)0);
        foreach (var digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value >> 60 != 0)
            {
                return false;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    /// <summary>Writes a number as octal digits with an ending zero byte; false when it does not fit.</summary>
    internal static bool TryFormatNumber(Span<byte> field, long value)
    {
        var digits = field.Length - 1;
        if (value < 0 || (digits < 21 && value >> (3 * digits) != 0))
        {
            return false;
        }

        field[digits] = 0;
        for (var i = digits - 1; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (value & 7));
        }

        return true;
    }

    internal static void SetChecksum(Span<byte> block)
    {
        block[Checksum].Fill((byte)' ');
        var sum = 0L;
        foreach (var value in block)
        {
            sum += value;
        }

        TryFormatNumber(block[148..155], sum);
    }

    private static bool TryParseBinary(ReadOnlySpan<byte> field, out long value)
    {
        // The first bit is the mark, the second the sign; what lies above 64 bits must repeat the sign.
        var negative = (field[0] & 0x40) != 0;
        Span<byte> number = stackalloc byte[field.Length];
        field.CopyTo(number);
        number[0] = negative ? number[0] : (byte)(number[0] & 0x7f);
        var high = number[..^8];
        value = BinaryPrimitives.ReadInt64BigEndian(number[^8..]);
        return !high.ContainsAnyExcept(negative ? (byte)0xff : (byte)0) && value < 0 == negative;
    }
}
