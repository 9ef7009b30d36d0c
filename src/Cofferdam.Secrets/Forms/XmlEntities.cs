using System.Buffers.Text;
using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>The entities of XML text.</summary>
internal static class XmlEntities
{
    private const int LongestEntity = 10;

    internal static void Decode(ReadOnlySpan<byte> text, SecretWriter decoded)
    {
        while (!text.IsEmpty)
        {
            var end = text[0] == '&' ? text[..Math.Min(text.Length, LongestEntity)].IndexOf((byte)';') : -1;
            if (end > 0 && TryRune(text[1..end], out var rune))
            {
                decoded.AddRune(rune);
                text = text[(end + 1)..];
            }
            else
            {
                decoded.Add(text[0]);
                text = text[1..];
            }
        }
    }

    private static bool TryRune(ReadOnlySpan<byte> entity, out uint rune)
    {
        rune = entity switch
        {
            _ when entity.SequenceEqual("amp"u8) => '&',
            _ when entity.SequenceEqual("lt"u8) => '<',
            _ when entity.SequenceEqual("gt"u8) => '>',
            _ when entity.SequenceEqual("quot"u8) => '"',
            _ when entity.SequenceEqual("apos"u8) => '\'',
            _ => 0u,
        };
        if (rune != 0)
        {
            return true;
        }

        int used;
        return entity is [(byte)'#', (byte)'x' or (byte)'X', .. var hex] ? Utf8Parser.TryParse(hex, out rune, out used, 'x') && used == hex.Length
            : entity is [(byte)'#', .. var digits] && Utf8Parser.TryParse(digits, out rune, out used) && used == digits.Length;
    }
}
