using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

internal sealed class WideBase64Encoding : SecretEncoding
{
    internal override string Name => "base64 of UTF-16";

    internal override string Meaning => "base64, at all alignments, of the value in UTF-16 LE (encoded commands of PowerShell)";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        using var wide = new SecretWriter();
        Utf16Units.Write(value, isBig: false, wide);
        Base64Alignments.Encode(wide.Written, Base64Alignments.Standard, variants);
    }
}
