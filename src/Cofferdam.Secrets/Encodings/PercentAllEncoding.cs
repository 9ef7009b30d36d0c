namespace Cofferdam.Secrets.Encodings;

internal sealed class PercentAllEncoding : SecretEncoding
{
    internal override string Name => "percent-encoding of every byte";

    internal override string Meaning => "`%70%77…`, in upper or lower case";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        PercentText.Write(value, PercentText.Nothing, isUpper: true, variants.Writer);
        variants.End();
        PercentText.Write(value, PercentText.Nothing, isUpper: false, variants.Writer);
        variants.End();
    }
}
