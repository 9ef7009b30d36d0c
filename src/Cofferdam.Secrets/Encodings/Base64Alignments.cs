using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

/// <summary>The characters of base64 that a value alone decides, wherever in a larger text it begins.</summary>
internal static class Base64Alignments
{
    internal static ReadOnlySpan<byte> Standard => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    internal static ReadOnlySpan<byte> Url => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    internal static void Encode(ReadOnlySpan<byte> value, ReadOnlySpan<byte> alphabet, EncodedVariants variants)
    {
        for (var before = 0; before < 3; before++)
        {
            Write(value, before, alphabet, variants.Writer);
            variants.End(LineBreaks.Encoded);
        }
    }

    /// <summary>Writes the characters for a value that <paramref name="before"/> bytes modulo three precede. A character that shares bits with a neighbour is left out.</summary>
    internal static void Write(ReadOnlySpan<byte> value, int before, ReadOnlySpan<byte> alphabet, SecretWriter writer)
    {
        var first = (((before * 8) + 5) / 6 * 6) - (before * 8);
        for (var bit = first; bit + 6 <= value.Length * 8; bit += 6)
        {
            var pair = (value[bit / 8] << 8) | ((bit / 8) + 1 < value.Length ? value[(bit / 8) + 1] : 0);
            writer.Add(alphabet[(pair >> (10 - (bit % 8))) & 63]);
        }
    }
}
