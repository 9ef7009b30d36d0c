using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>Reads what stands between double quotes, with the escapes of JSON, TOML and YAML.</summary>
internal static class QuotedText
{
    /// <summary>Decodes from after the opening quote to the closing one, and gives the position after that.</summary>
    internal static int Read(ReadOnlySpan<byte> text, int position, SecretWriter decoded)
    {
        while (position < text.Length && text[position] != '"')
        {
            if (text[position] != '\\' || position + 1 == text.Length)
            {
                decoded.Add(text[position++]);
                continue;
            }

            position = ReadEscape(text, position + 1, decoded);
        }

        return Math.Min(text.Length, position + 1);
    }

    private static int ReadEscape(ReadOnlySpan<byte> text, int position, SecretWriter decoded)
    {
        var letter = text[position++];
        switch (letter)
        {
            case (byte)'n': decoded.Add((byte)'\n'); break;
            case (byte)'r': decoded.Add((byte)'\r'); break;
            case (byte)'t': decoded.Add((byte)'\t'); break;
            case (byte)'b': decoded.Add((byte)'\b'); break;
            case (byte)'f': decoded.Add((byte)'\f'); break;
            case (byte)'0': decoded.Add(0); break;
            case (byte)'\n': break;
            case (byte)'x': return ReadHex(text, position, 2, decoded);
            case (byte)'u': return ReadHex(text, position, 4, decoded);
            case (byte)'U': return ReadHex(text, position, 8, decoded);
            default: decoded.Add(letter); break;
        }

        return position;
    }

    private static int ReadHex(ReadOnlySpan<byte> text, int position, int digits, SecretWriter decoded)
    {
        if (!TryHex(text, position, digits, out var value))
        {
            return position;
        }

        position += digits;
        var hasLow = value is >= 0xd800 and < 0xdc00 && position + 6 <= text.Length && text[position] == '\\' && text[position + 1] == 'u';
        if (hasLow && TryHex(text, position + 2, 4, out var low) && low is >= 0xdc00 and < 0xe000)
        {
            value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
            position += 6;
        }

        decoded.AddRune(value);
        return position;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, int position, int digits, out uint value)
    {
        value = 0;
        if (position + digits > text.Length)
        {
            return false;
        }

        foreach (var digit in text.Slice(position, digits))
        {
            var nibble = Ascii.Hex(digit);
            if (nibble < 0)
            {
                return false;
            }

            value = (value << 4) | (uint)nibble;
        }

        return true;
    }
}
