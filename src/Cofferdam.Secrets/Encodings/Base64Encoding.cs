namespace Cofferdam.Secrets.Encodings;

internal sealed class Base64Encoding : SecretEncoding
{
    internal override string Name => "base64";

    internal override string Meaning => "at each of the three alignments, as part of anything longer, in one line or wrapped at any width from 16";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants) => Base64Alignments.Encode(value, Base64Alignments.Standard, variants);
}
