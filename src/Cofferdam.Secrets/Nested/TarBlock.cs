using System.Buffers.Binary;

namespace Cofferdam.Secrets.Nested;

/// <summary>A header of a tar archive.</summary>
internal readonly ref struct TarBlock(ReadOnlySpan<byte> block)
{
    internal const int Bytes = 512;

    private const int ChecksumAt = 148;
    private const int SizeAt = 124;
    private const int PrefixAt = 345;

    private readonly ReadOnlySpan<byte> _block = block;

    internal byte Type => _block[156];

    /// <summary>Whether the checksum is right; that of zeroes is not.</summary>
    internal bool IsHeader
    {
        get
        {
            var sum = 8 * ' ';
            for (var i = 0; i < Bytes; i++)
            {
                sum += i is >= ChecksumAt and < ChecksumAt + 8 ? 0 : _block[i];
            }

            return sum > 8 * ' ' && Octal(_block.Slice(ChecksumAt, 8)) == sum && Length >= 0;
        }
    }

    /// <summary>Bytes of content; negative when the field says nothing.</summary>
    internal long Length => (_block[SizeAt] & 0x80) != 0 ? BinaryPrimitives.ReadInt64BigEndian(_block.Slice(SizeAt + 4, 8)) : Octal(_block.Slice(SizeAt, 12));

    internal string Name
    {
        get
        {
            var name = EntryName.Of(_block[..100]);
            var isUstar = _block.Slice(257, 6).SequenceEqual("ustar\0"u8);
            return isUstar && _block[PrefixAt] != 0 ? $"{EntryName.Of(_block.Slice(PrefixAt, 155))}/{name}" : name;
        }
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        var value = 0L;
        foreach (var one in field.Trim(" \0"u8))
        {
            if (one is < (byte)'0' or > (byte)'7')
            {
                return -1;
            }

            value = (value << 3) | (uint)(one - '0');
        }

        return value;
    }
}
