namespace Cofferdam.Secrets.Encodings;

internal sealed class CEscapeEncoding : SecretEncoding
{
    internal override string Name => "C string";

    internal override string Meaning => "`\\n`, `\\\"`, `\\'`, `\\\\` and what is not printable ASCII as three octal digits or as `\\x` in upper or lower case (C, Python, Go, `$'…'`), each quote escaped or not";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        foreach (var quotes in (string[])["\"", "'", "\"'", ""])
        {
            Write(value, variants, quotes, isOctal: true, isUpper: false);
            Write(value, variants, quotes, isOctal: false, isUpper: false);
            Write(value, variants, quotes, isOctal: false, isUpper: true);
        }
    }

    private static void Write(ReadOnlySpan<byte> value, EncodedVariants variants, string quotes, bool isOctal, bool isUpper)
    {
        var writer = variants.Writer;
        foreach (var one in value)
        {
            var at = "\\\n\r\t"u8.IndexOf(one);
            if (at >= 0)
            {
                writer.Add((byte)'\\');
                writer.Add("\\nrt"u8[at]);
            }
            else if (one is >= 0x20 and < 0x7f)
            {
                if (quotes.Contains((char)one, StringComparison.Ordinal))
                {
                    writer.Add((byte)'\\');
                }

                writer.Add(one);
            }
            else if (isOctal)
            {
                writer.Add([(byte)'\\', (byte)('0' + (one >> 6)), (byte)('0' + ((one >> 3) & 7)), (byte)('0' + (one & 7))]);
            }
            else
            {
                writer.Add("\\x"u8);
                AddHex(writer, one, isUpper);
            }
        }

        variants.End();
    }
}
