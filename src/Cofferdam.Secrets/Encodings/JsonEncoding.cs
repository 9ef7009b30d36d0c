namespace Cofferdam.Secrets.Encodings;

internal sealed class JsonEncoding : SecretEncoding
{
    // What Go, and what System.Text.Json, escape besides what must be.
    private const string GoEscapes = "<>&";
    private const string DotnetEscapes = "\"&'+<>`";

    internal override string Name => "JSON string";

    internal override string Meaning => "with the least escapes, with `\\/`, with `\\u` for all that is not ASCII, and as Go and .NET write it";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        foreach (var isUpper in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var isAscii in (ReadOnlySpan<bool>)[false, true])
            {
                foreach (var escapes in (string[])["", GoEscapes, DotnetEscapes])
                {
                    JsonText.Write(value, variants.Writer, escapes, slash: false, isAscii, isUpper);
                    variants.End();
                }

                JsonText.Write(value, variants.Writer, "", slash: true, isAscii, isUpper);
                variants.End();
            }
        }
    }
}
