namespace Cofferdam.Secrets.Encodings;

internal sealed class Base64UrlEncoding : SecretEncoding
{
    internal override string Name => "base64url";

    internal override string Meaning => "as base64, with the alphabet for URLs";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants) => Base64Alignments.Encode(value, Base64Alignments.Url, variants);
}
