using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>Texts and attribute values of XML (<c>settings.xml</c>, <c>NuGet.Config</c>), under their element's or attribute's name or the <c>key</c> beside them.</summary>
internal sealed class XmlFormReader : IFormReader
{
    public string Name => "XML";

    public void Read(ReadOnlySpan<byte> text, PartList parts)
    {
        var trimmed = Ascii.Trim(text.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? text[3..] : text);
        if (trimmed is not [(byte)'<', ..] || trimmed.IndexOf((byte)'>') < 0)
        {
            return;
        }

        parts.IsStructured = true;
        ReadOnlySpan<byte> name = default;
        while (!text.IsEmpty)
        {
            var open = text.IndexOf((byte)'<');
            AddDecoded(parts, name, open < 0 ? text : text[..open]);
            if (open < 0)
            {
                return;
            }

            text = text[open..];
            if (text.StartsWith("<!--"u8))
            {
                var close = text.IndexOf("-->"u8);
                text = close < 0 ? [] : text[(close + 3)..];
            }
            else if (text.StartsWith("<![CDATA["u8))
            {
                var close = text.IndexOf("]]>"u8);
                KeyedValue.Add(parts, "XML", name, close < 0 ? text[9..] : text[9..close]);
                text = close < 0 ? [] : text[(close + 3)..];
            }
            else
            {
                var tag = text[1..TagEnd(text)];
                text = text[Math.Min(text.Length, tag.Length + 2)..];
                name = ReadTag(tag, parts);
            }
        }
    }

    private static int TagEnd(ReadOnlySpan<byte> text)
    {
        byte quote = 0;
        for (var i = 1; i < text.Length; i++)
        {
            var value = text[i];
            if (quote == 0 && value == '>')
            {
                return i;
            }

            quote = quote == 0 && value is (byte)'"' or (byte)'\'' ? value : value == quote ? (byte)0 : quote;
        }

        return text.Length;
    }

    /// <summary>Adds a tag's attribute values and gives its name.</summary>
    private static ReadOnlySpan<byte> ReadTag(ReadOnlySpan<byte> tag, PartList parts)
    {
        var nameEnd = tag.IndexOfAny(" \t\r\n/"u8);
        var name = nameEnd < 0 ? tag : tag[..nameEnd];
        ReadOnlySpan<byte> key = default;
        for (var rest = tag[name.Length..]; ;)
        {
            var equals = rest.IndexOf((byte)'=');
            if (equals < 0)
            {
                return name;
            }

            var attribute = Ascii.Trim(rest[..equals]);
            rest = Ascii.Trim(rest[(equals + 1)..]);
            var close = rest is [(byte)'"' or (byte)'\'', ..] ? rest[1..].IndexOf(rest[0]) : -1;
            if (close < 0)
            {
                return name;
            }

            var value = rest.Slice(1, close);
            rest = rest[(close + 2)..];
            if (attribute.SequenceEqual("key"u8) || attribute.SequenceEqual("name"u8))
            {
                key = value;
            }
            else
            {
                AddDecoded(parts, attribute.SequenceEqual("value"u8) && !key.IsEmpty ? key : attribute, value);
            }
        }
    }

    private static void AddDecoded(PartList parts, ReadOnlySpan<byte> key, ReadOnlySpan<byte> raw)
    {
        if (Ascii.Trim(raw).IsEmpty)
        {
            return;
        }

        using var decoded = new SecretWriter();
        XmlEntities.Decode(raw, decoded);
        KeyedValue.Add(parts, "XML", key, decoded.Written);
    }
}
