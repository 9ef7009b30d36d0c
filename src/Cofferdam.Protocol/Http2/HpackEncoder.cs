using System.Buffers;
using System.Text;

namespace Cofferdam.Protocol.Http2;

/// <summary>Writes header blocks (RFC 7541), without a dynamic table: over a local socket bytes cost less than state, and nothing of one call stays for another.</summary>
internal static class HpackEncoder
{
    // Says that the dynamic table is not used, whatever size the peer allows. Goes before the first block.
    private const byte EmptyTable = 0x20;

    /// <summary>Writes a block.</summary>
    public static void Encode(IReadOnlyList<HeaderField> fields, bool isFirst, IBufferWriter<byte> target)
    {
        if (isFirst)
        {
            target.Write([EmptyTable]);
        }

        foreach (var field in fields)
        {
            var index = HpackStaticTable.Find(field);
            if (index != 0)
            {
                WriteInteger(target, 0x80, 7, index);
                continue;
            }

            WriteInteger(target, 0x00, 4, 0);
            WriteString(target, field.Name);
            WriteString(target, field.Value);
        }
    }

    private static void WriteString(IBufferWriter<byte> target, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteInteger(target, 0x00, 7, length);
        target.Advance(Encoding.UTF8.GetBytes(text, target.GetSpan(length)));
    }

    private static void WriteInteger(IBufferWriter<byte> target, byte kind, int prefixBits, int value)
    {
        var span = target.GetSpan(6);
        var mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            span[0] = (byte)(kind | value);
            target.Advance(1);
            return;
        }

        span[0] = (byte)(kind | mask);
        var count = 1;
        for (value -= mask; value >= 0x80; value >>= 7)
        {
            span[count++] = (byte)(value | 0x80);
        }

        span[count++] = (byte)value;
        target.Advance(count);
    }
}
