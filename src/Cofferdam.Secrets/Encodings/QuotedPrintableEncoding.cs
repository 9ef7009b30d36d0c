namespace Cofferdam.Secrets.Encodings;

internal sealed class QuotedPrintableEncoding : SecretEncoding
{
    internal override string Name => "quoted-printable";

    internal override string Meaning => "with soft line breaks anywhere; line ends kept or encoded";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        Write(value, variants, keepsLines: false);
        Write(value, variants, keepsLines: true);
    }

    private static void Write(ReadOnlySpan<byte> value, EncodedVariants variants, bool keepsLines)
    {
        foreach (var one in value)
        {
            // RFC 2045, section 6.7: upper case digits.
            if ((one is >= 0x20 and < 0x7f && one != '=') || one == '\t' || (keepsLines && one is (byte)'\n' or (byte)'\r'))
            {
                variants.Writer.Add(one);
            }
            else
            {
                variants.Writer.Add((byte)'=');
                AddHex(variants.Writer, one, isUpper: true);
            }
        }

        variants.End(LineBreaks.Soft);
    }
}
