using System.Text;

namespace Cofferdam.Secrets.Encodings;

internal sealed class YamlEncoding : SecretEncoding
{
    internal override string Name => "YAML scalar";

    internal override string Meaning => "in single quotes (a quote within doubled), and in double quotes with `\\x`, `\\u` and `\\U` in upper or lower case; blocks are *lines broken anew*";

    internal override void Encode(ReadOnlySpan<byte> value, EncodedVariants variants)
    {
        foreach (var one in value)
        {
            variants.Writer.Add(one == '\'' ? "''"u8 : new ReadOnlySpan<byte>(in one));
        }

        variants.End();
        WriteDouble(value, variants, isUpper: true);
        WriteDouble(value, variants, isUpper: false);
    }

    private static void WriteDouble(ReadOnlySpan<byte> value, EncodedVariants variants, bool isUpper)
    {
        var writer = variants.Writer;
        while (!value.IsEmpty)
        {
            var isRune = Rune.DecodeFromUtf8(value, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            var at = "\"\\\0\a\b\t\n\v\f\r\x1b"u8.IndexOf(value[0]);
            if (at >= 0)
            {
                writer.Add((byte)'\\');
                writer.Add("\"\\0abtnvfre"u8[at]);
            }
            else if (!isRune || (value[0] >= 0x20 && value[0] < 0x7f))
            {
                writer.Add(value[..used]);
            }
            else
            {
                var bytes = rune.Value <= 0xff ? 1 : rune.Value <= 0xffff ? 2 : 4;
                writer.Add((byte)'\\');
                writer.Add(bytes switch { 1 => (byte)'x', 2 => (byte)'u', _ => (byte)'U' });
                for (var i = bytes - 1; i >= 0; i--)
                {
                    AddHex(writer, (byte)(rune.Value >> (i * 8)), isUpper);
                }
            }

            value = value[used..];
        }

        variants.End();
    }
}
