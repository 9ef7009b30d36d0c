namespace Cofferdam.Secrets.Forms;

/// <summary>Words over bytes.</summary>
internal static class Ascii
{
    internal static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f' or (byte)'\v';

    internal static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    internal static bool IsUpper(byte value) => value is >= (byte)'A' and <= (byte)'Z';

    internal static bool IsLower(byte value) => value is >= (byte)'a' and <= (byte)'z';

    internal static bool IsLetter(byte value) => IsUpper(value) || IsLower(value);

    internal static bool IsBase64(byte value) => IsLetter(value) || IsDigit(value) || value is (byte)'+' or (byte)'/' or (byte)'-' or (byte)'_' or (byte)'=';

    /// <summary>Whether there are control characters that no text has.</summary>
    internal static bool IsBinary(ReadOnlySpan<byte> value)
    {
        foreach (var one in value)
        {
            if (one < 0x20 && !IsSpace(one))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of a hexadecimal digit, or -1.</summary>
    internal static int Hex(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };

    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
        {
            start++;
        }

        var end = text.Length;
        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    internal static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => System.Text.Ascii.EqualsIgnoreCase(text, lower);

    internal static bool ContainsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        for (var i = 0; i + lower.Length <= text.Length; i++)
        {
            if (EqualsIgnoreCase(text.Slice(i, lower.Length), lower))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the first line off a text, without its end.</summary>
    internal static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return line is [.. var front, (byte)'\r'] ? front : line;
    }
}
