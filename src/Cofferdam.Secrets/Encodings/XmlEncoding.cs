using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

internal sealed class XmlEncoding : SecretEncoding
{
    internal override string Name => "XML or HTML";

    internal override string Meaning => "`&`, `<`, `>` escaped, the quotes left, or as `&quot;` and `&apos;`, or as `&#34;` and `&#39;`, or as `&#x22;` and `&#x27;`";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        Write(value, variants, "\""u8, "'"u8);
        Write(value, variants, "&quot;"u8, "'"u8);
        Write(value, variants, "\""u8, "&apos;"u8);
        Write(value, variants, "&quot;"u8, "&apos;"u8);
        Write(value, variants, "&quot;"u8, "&#39;"u8);
        Write(value, variants, "&quot;"u8, "&#x27;"u8);
        Write(value, variants, "&#34;"u8, "&#39;"u8);
        Write(value, variants, "&#x22;"u8, "&#x27;"u8);
    }

    private static void Write(ReadOnlySpan<byte> value, EncodedVariants variants, ReadOnlySpan<byte> quote, ReadOnlySpan<byte> apostrophe)
    {
        Write(value, variants.Writer, quote, apostrophe, ">"u8);
        variants.End();
        Write(value, variants.Writer, quote, apostrophe, "&gt;"u8);
        variants.End();
    }

    private static void Write(ReadOnlySpan<byte> value, SecretWriter writer, ReadOnlySpan<byte> quote, ReadOnlySpan<byte> apostrophe, ReadOnlySpan<byte> greater)
    {
        foreach (var one in value)
        {
            switch (one)
            {
                case (byte)'&': writer.Add("&amp;"u8); break;
                case (byte)'<': writer.Add("&lt;"u8); break;
                case (byte)'>': writer.Add(greater); break;
                case (byte)'"': writer.Add(quote); break;
                case (byte)'\'': writer.Add(apostrophe); break;
                default: writer.Add(one); break;
            }
        }
    }
}
