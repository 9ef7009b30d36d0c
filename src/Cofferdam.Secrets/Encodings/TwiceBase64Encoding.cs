using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

internal sealed class TwiceBase64Encoding : SecretEncoding
{
    internal override string Name => "base64 twice";

    internal override string Meaning => "base64 of the value's base64 in one line, at all alignments of both (Kubernetes secrets of registry credentials)";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        using var inner = new SecretWriter();
        for (var before = 0; before < 3; before++)
        {
            inner.Cut(0);
            Base64Alignments.Write(value, before, Base64Alignments.Standard, inner);
            Base64Alignments.Encode(inner.Written, Base64Alignments.Standard, variants);
        }
    }
}
