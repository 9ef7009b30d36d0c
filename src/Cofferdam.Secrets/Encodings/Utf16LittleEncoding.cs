namespace Cofferdam.Secrets.Encodings;

internal sealed class Utf16LittleEncoding : SecretEncoding
{
    internal override string Name => "UTF-16 LE";

    internal override string Meaning => "two bytes a character, the low one first; a value that is no UTF-8 byte by byte";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        Utf16Units.Write(value, isBig: false, variants.Writer);
        variants.End();
    }
}
