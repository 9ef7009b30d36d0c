namespace Cofferdam.Secrets.Encodings;

internal sealed class CHexEncoding : SecretEncoding
{
    internal override string Name => "C string, every byte";

    internal override string Meaning => "`\\x70\\x77…` in upper or lower case, and `\\160\\167…`";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        foreach (var isUpper in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var one in value)
            {
                variants.Writer.Add("\\x"u8);
                AddHex(variants.Writer, one, isUpper);
            }

            variants.End();
        }

        foreach (var one in value)
        {
            variants.Writer.Add([(byte)'\\', (byte)('0' + (one >> 6)), (byte)('0' + ((one >> 3) & 7)), (byte)('0' + (one & 7))]);
        }

        variants.End();
    }
}
