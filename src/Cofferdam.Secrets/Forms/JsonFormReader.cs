using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>Strings and long numbers of a JSON text, each under the key that came last.</summary>
internal sealed class JsonFormReader : IFormReader
{
    public string Name => "JSON";

    public void Read(ReadOnlySpan<byte> text, PartList parts)
    {
        if (!LooksLikeJson(text))
        {
            return;
        }

        parts.IsStructured = true;
        using var key = new SecretWriter();
        using var value = new SecretWriter();
        for (var position = 0; position < text.Length;)
        {
            if (text[position] == '"')
            {
                value.Cut(0);
                position = QuotedText.Read(text, position + 1, value);
                AddString(text, position, key, value, parts);
            }
            else if (Ascii.IsDigit(text[position]))
            {
                var start = position;
                while (position < text.Length && Ascii.IsDigit(text[position]))
                {
                    position++;
                }

                KeyedValue.Add(parts, "JSON", key.Written, text[start..position]);
            }
            else
            {
                position++;
            }
        }
    }

    /// <summary>An object, or an array that is no section header of an INI file.</summary>
    private static bool LooksLikeJson(ReadOnlySpan<byte> text)
    {
        var inner = text.TrimStart("[ \t\r\n"u8);
        return text.Contains((byte)'"') && (inner is [(byte)'{', ..] || (Ascii.Trim(text) is [(byte)'[', ..] && inner is [(byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..]));
    }

    private static void AddString(ReadOnlySpan<byte> text, int position, SecretWriter key, SecretWriter value, PartList parts)
    {
        while (position < text.Length && Ascii.IsSpace(text[position]))
        {
            position++;
        }

        if (position < text.Length && text[position] == ':')
        {
            key.Cut(0);
            key.Add(value.Written);
            return;
        }

        KeyedValue.Add(parts, "JSON", key.Written, value.Written);
    }
}
