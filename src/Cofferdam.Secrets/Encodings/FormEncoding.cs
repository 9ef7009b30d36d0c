namespace Cofferdam.Secrets.Encodings;

internal sealed class FormEncoding : SecretEncoding
{
    internal override string Name => "HTML form";

    internal override string Meaning => "`application/x-www-form-urlencoded`: percent-encoding with `+` for a space, in upper or lower case, as browsers, Python and .NET write it";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        foreach (var kept in PercentText.FormSets)
        {
            PercentText.Write(value, kept, isUpper: true, variants.Writer, isForm: true);
            variants.End();
            PercentText.Write(value, kept, isUpper: false, variants.Writer, isForm: true);
            variants.End();
        }
    }
}
