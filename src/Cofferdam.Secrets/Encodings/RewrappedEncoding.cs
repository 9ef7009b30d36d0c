using Cofferdam.Secrets.Forms;

namespace Cofferdam.Secrets.Encodings;

internal sealed class RewrappedEncoding : SecretEncoding
{
    internal override string Name => "lines broken anew";

    internal override string Meaning => "a value of several lines with other line ends, other indentation (a YAML block), or none";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        if (!Ascii.Trim(value).Contains((byte)'\n') || Ascii.IsBinary(value))
        {
            return;
        }

        while (!value.IsEmpty)
        {
            var line = Ascii.TakeLine(ref value);
            var start = 0;
            while (start < line.Length && line[start] is (byte)' ' or (byte)'\t')
            {
                start++;
            }

            variants.Writer.Add(line[start..]);
        }

        variants.End(LineBreaks.Newline);
    }
}
