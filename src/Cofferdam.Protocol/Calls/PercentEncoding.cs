using System.Globalization;
using System.Text;

namespace Cofferdam.Protocol.Calls;

/// <summary>How gRPC writes a status message in a header.</summary>
internal static class PercentEncoding
{
    public static string Encode(string text)
    {
        if (!text.Any(static c => c is < ' ' or > '~' or '%'))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            _ = value is >= (byte)' ' and <= (byte)'~' and not (byte)'%'
                ? encoded.Append((char)value)
                : encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return encoded.ToString();
    }

    /// <summary>Decodes; what is no valid escape stays as it is.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var source = Encoding.UTF8.GetBytes(text);
        var count = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var isEscape = source[i] == '%' && i + 2 < source.Length && char.IsAsciiHexDigit((char)source[i + 1]) && char.IsAsciiHexDigit((char)source[i + 2]);
            source[count++] = isEscape ? ParseHex(source.AsSpan(i + 1, 2)) : source[i];
            i += isEscape ? 2 : 0;
        }

        return Encoding.UTF8.GetString(source, 0, count);
    }

    private static byte ParseHex(ReadOnlySpan<byte> text) => byte.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
