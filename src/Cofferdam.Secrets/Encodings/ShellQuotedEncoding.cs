namespace Cofferdam.Secrets.Encodings;

internal sealed class ShellQuotedEncoding : SecretEncoding
{
    internal override string Name => "shell, single quotes";

    internal override string Meaning => "a single quote within as `'\\''` or as `'\"'\"'`";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        Write(value, variants, "'\\''"u8);
        Write(value, variants, "'\"'\"'"u8);
    }

    private static void Write(ReadOnlySpan<byte> value, EncodedVariants variants, ReadOnlySpan<byte> quote)
    {
        foreach (var one in value)
        {
            variants.Writer.Add(one == '\'' ? quote : new ReadOnlySpan<byte>(in one));
        }

        variants.End();
    }
}
