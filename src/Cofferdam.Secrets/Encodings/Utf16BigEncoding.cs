namespace Cofferdam.Secrets.Encodings;

internal sealed class Utf16BigEncoding : SecretEncoding
{
    internal override string Name => "UTF-16 BE";

    internal override string Meaning => "two bytes a character, the high one first; a value that is no UTF-8 byte by byte";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        Utf16Units.Write(value, isBig: true, variants.Writer);
        variants.End();
    }
}
