using Cofferdam.Secrets.Forms;

namespace Cofferdam.Secrets.Encodings;

internal sealed class ShellBackslashEncoding : SecretEncoding
{
    internal override string Name => "shell, backslashes";

    internal override string Meaning => "as in double quotes (before `$`, `` ` ``, `\"`, `\\`, and with `!`), before every mark (`printf %q`), and before all but `-_./,:@%+=`";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        Write(value, variants, "$`\"\\"u8);
        Write(value, variants, "$`\"\\!"u8);
        Write(value, variants, " \t!\"#$&'()*,;<=>?[\\]^`{|}~"u8);
        Write(value, variants, " \t!\"#$&'()*,;<>?[\\]^`{|}~"u8);
        Write(value, variants, " \t!\"#$&'()*;<>?[\\]^`{|}"u8);
        Write(value, variants, " \t!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~"u8);
    }

    private static void Write(ReadOnlySpan<byte> value, EncodedVariants variants, ReadOnlySpan<byte> marks)
    {
        foreach (var one in value)
        {
            if (marks.Contains(one) && !Ascii.IsLetter(one))
            {
                variants.Writer.Add((byte)'\\');
            }

            variants.Writer.Add(one);
        }

        variants.End();
    }
}
