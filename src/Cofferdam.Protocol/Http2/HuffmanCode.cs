using System.Buffers;
using System.Text;

namespace Cofferdam.Protocol.Http2;

/// <summary>The Huffman code of RFC 7541 appendix B. It is canonical, so the lengths tell the codes.</summary>
internal static class HuffmanCode
{
    private const int EndOfString = 256;
    private const int LongestCode = 30;
    private const int LookupBits = 9;

    // Symbol << 8 | length, by the next nine bits; 0 where the code is longer.
    private static readonly int[] _lookup = new int[1 << LookupBits];
    private static readonly int[] _symbols = new int[257];
    private static readonly uint[] _firstCode = new uint[LongestCode + 2];
    private static readonly int[] _firstIndex = new int[LongestCode + 2];

    static HuffmanCode()
    {
        var (code, index) = (0u, 0);
        for (var length = 1; length <= LongestCode; length++)
        {
            (_firstCode[length], _firstIndex[length]) = (code, index);
            for (var symbol = 0; symbol <= EndOfString; symbol++)
            {
                if (Lengths[symbol] != length)
                {
                    continue;
                }

                _symbols[index++] = symbol;
                if (length <= LookupBits)
                {
                    _lookup.AsSpan((int)(code << (LookupBits - length)), 1 << (LookupBits - length)).Fill((symbol << 8) | length);
                }

                code++;
            }

            code <<= 1;
        }

        _firstIndex[LongestCode + 1] = index;
    }

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>Decodes a string literal; throws on a code that is not whole or contains the end symbol.</summary>
    public static string Decode(ReadOnlySpan<byte> source)
    {
        // The shortest code has five bits.
        var rented = ArrayPool<byte>.Shared.Rent((source.Length * 8 / 5) + 1);
        try
        {
            return Encoding.UTF8.GetString(rented.AsSpan(0, Decode(source, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static int Decode(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var (bits, count, written, position) = (0UL, 0, 0, 0); // the lowest `count` bits are not yet decoded
        while (true)
        {
            while (count <= 56 && position < source.Length)
            {
                bits = (bits << 8) | source[position++];
                count += 8;
            }

            if (!TryNext(bits, count, out var symbol, out var length))
            {
                // RFC 7541 section 5.2: at most seven bits of padding, all ones.
                return count < 8 && (bits & ((1UL << count) - 1)) == (1UL << count) - 1
                    ? written
                    : throw new Http2ConnectionException(Http2ErrorCode.CompressionError, "invalid Huffman code in a header");
            }

            if (symbol == EndOfString)
            {
                throw new Http2ConnectionException(Http2ErrorCode.CompressionError, "end symbol within a header");
            }

            target[written++] = (byte)symbol;
            count -= length;
        }
    }

    private static bool TryNext(ulong bits, int count, out int symbol, out int length)
    {
        (symbol, length) = (0, 0);
        var ahead = count >= LookupBits ? bits >> (count - LookupBits) : bits << (LookupBits - count);
        var entry = _lookup[ahead & ((1 << LookupBits) - 1)];
        if (entry != 0)
        {
            (symbol, length) = (entry >> 8, entry & 0xff);
            return length <= count;
        }

        for (length = LookupBits + 1; length <= LongestCode && length <= count; length++)
        {
            var code = (uint)((bits >> (count - length)) & ((1UL << length) - 1));
            var offset = (long)code - _firstCode[length];
            if (offset >= 0 && offset < _firstIndex[length + 1] - _firstIndex[length])
            {
                symbol = _symbols[_firstIndex[length] + (int)offset];
                return true;
            }
        }

        return false;
    }
}
