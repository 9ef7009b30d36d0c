namespace Cofferdam.Secrets.Encodings;

internal sealed class HexLowerEncoding : SecretEncoding
{
    internal override string Name => "hex, lower case";

    internal override string Meaning => "two lower case digits a byte, in one line or wrapped";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        foreach (var one in value)
        {
            AddHex(variants.Writer, one, isUpper: false);
        }

        variants.End(LineBreaks.Encoded);
    }
}
