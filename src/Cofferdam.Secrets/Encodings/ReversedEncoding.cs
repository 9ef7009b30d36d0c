namespace Cofferdam.Secrets.Encodings;

internal sealed class ReversedEncoding : SecretEncoding
{
    internal override string Name => "reversed";

    internal override string Meaning => "the bytes from last to first";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        variants.Writer.Add(value);
        variants.Writer.Reverse();
        variants.End();
    }
}
