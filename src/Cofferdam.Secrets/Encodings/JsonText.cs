using System.Text;
using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

/// <summary>The inside of a JSON string.</summary>
internal static class JsonText
{
    /// <summary>Writes a value: <paramref name="escaped"/> are ASCII characters that become <c>\u00XX</c>; <paramref name="slash"/> becomes <c>\/</c>.</summary>
    internal static void Write(ReadOnlySpan<byte> value, SecretWriter writer, string escaped, bool slash, bool isAscii, bool isUpper)
    {
        Span<char> units = stackalloc char[2];
        while (!value.IsEmpty)
        {
            if (value[0] < 0x80)
            {
                WriteAscii(value[0], writer, escaped, slash, isUpper);
                value = value[1..];
                continue;
            }

            var isRune = Rune.DecodeFromUtf8(value, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            if (isAscii && isRune)
            {
                foreach (var unit in units[..rune.EncodeToUtf16(units)])
                {
                    WriteUnicode(unit, writer, isUpper);
                }
            }
            else
            {
                writer.Add(value[..used]);
            }

            value = value[used..];
        }
    }

    private static void WriteAscii(byte value, SecretWriter writer, string escaped, bool slash, bool isUpper)
    {
        var at = "\"\\\b\f\n\r\t"u8.IndexOf(value);
        if (escaped.Contains((char)value, StringComparison.Ordinal) || (at < 0 && value is < 0x20))
        {
            WriteUnicode((char)value, writer, isUpper);
        }
        else if (at >= 0)
        {
            writer.Add((byte)'\\');
            writer.Add("\"\\bfnrt"u8[at]);
        }
        else
        {
            if (slash && value == '/')
            {
                writer.Add((byte)'\\');
            }

            writer.Add(value);
        }
    }

    private static void WriteUnicode(char unit, SecretWriter writer, bool isUpper)
    {
        var digits = isUpper ? "0123456789ABCDEF"u8 : "0123456789abcdef"u8;
        writer.Add("\\u"u8);
        for (var shift = 12; shift >= 0; shift -= 4)
        {
            writer.Add(digits[(unit >> shift) & 15]);
        }
    }
}
