namespace Cofferdam.Secrets.Encodings;

internal sealed class PercentReservedEncoding : SecretEncoding
{
    internal override string Name => "percent-encoding";

    internal override string Meaning => "of what may not stand in a URL, in upper or lower case: all but the unreserved of RFC 3986, and the smaller sets for paths, for user information and of `encodeURIComponent`";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        foreach (var kept in PercentText.Sets)
        {
            PercentText.Write(value, kept, isUpper: true, variants.Writer);
            variants.End();
            PercentText.Write(value, kept, isUpper: false, variants.Writer);
            variants.End();
        }
    }
}
