using Cofferdam.Secrets.Forms;

namespace Cofferdam.Secrets.Encodings;

internal sealed class PlainEncoding : SecretEncoding
{
    // Keys and tokens of this length are wrapped by the tools that write them.
    private const int Wrapped = 40;

    internal override string Name => "as is";

    internal override string Meaning => "the bytes themselves; when they are 40 or more and all from the alphabets of base64, line breaks within are passed over";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        variants.Writer.Add(value);
        variants.End(value.Length >= Wrapped && IsBase64(value) ? LineBreaks.Encoded : LineBreaks.None);
    }

    private static bool IsBase64(ReadOnlySpan<byte> value)
    {
        foreach (var letter in value)
        {
            if (!Ascii.IsBase64(letter))
            {
                return false;
            }
        }

        return true;
    }
}
