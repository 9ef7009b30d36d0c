using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

internal sealed class PercentBase64Encoding : SecretEncoding
{
    internal override string Name => "base64 in a URL";

    internal override string Meaning => "base64, at all alignments, with `+` and `/` percent-encoded in upper or lower case";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        using var inner = new SecretWriter();
        for (var before = 0; before < 3; before++)
        {
            inner.Cut(0);
            Base64Alignments.Write(value, before, Base64Alignments.Standard, inner);
            PercentText.Write(inner.Written, PercentText.Unreserved, isUpper: true, variants.Writer);
            variants.End();
            PercentText.Write(inner.Written, PercentText.Unreserved, isUpper: false, variants.Writer);
            variants.End();
        }
    }
}
