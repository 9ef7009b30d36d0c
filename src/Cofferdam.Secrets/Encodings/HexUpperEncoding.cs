namespace Cofferdam.Secrets.Encodings;

internal sealed class HexUpperEncoding : SecretEncoding
{
    internal override string Name => "hex, upper case";

    internal override string Meaning => "two upper case digits a byte, in one line or wrapped";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        foreach (var one in value)
        {
            AddHex(variants.Writer, one, isUpper: true);
        }

        variants.End(LineBreaks.Encoded);
    }
}
