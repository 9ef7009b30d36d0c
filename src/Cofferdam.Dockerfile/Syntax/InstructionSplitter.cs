using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Cuts the text of an instruction into keyword, flags and arguments.</summary>
internal static class InstructionSplitter
{
    private static readonly char[] Whitespace = ['\t', '\v', '\f', '\r', ' '];

    public static RawInstruction Split(string line, char escape)
    {
        var trimmed = line.Trim();
        var end = trimmed.IndexOfAny(Whitespace);
        if (end < 0)
        {
            return new RawInstruction(trimmed, [], string.Empty, line, escape);
        }

        var flags = ImmutableArray.CreateBuilder<string>();
        var rest = SkipFlags(trimmed[end..].TrimStart(Whitespace), escape, flags);
        return new RawInstruction(trimmed[..end], flags.ToImmutable(), rest.Trim(), line, escape);
    }

    private static string SkipFlags(string text, char escape, ImmutableArray<string>.Builder flags)
    {
        var position = 0;
        while (true)
        {
            while (position < text.Length && char.IsWhiteSpace(text[position]))
            {
                position++;
            }

            if (!text.AsSpan(position).StartsWith("--"))
            {
                return text[position..];
            }

            var (word, hasQuotes) = ReadWord(text, ref position, escape);
            if (word == "--" && !hasQuotes)
            {
                return text[position..];
            }

            flags.Add(word);
        }
    }

    private static (string Word, bool HasQuotes) ReadWord(string text, ref int position, char escape)
    {
        var word = new StringBuilder();
        var quote = '\0';
        var hasQuotes = false;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                break;
            }

            if (quote == '\0' ? c is '\'' or '"' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
                hasQuotes = true;
            }
            else if (c != escape)
            {
                word.Append(c);
            }
            else if (position + 1 < text.Length)
            {
                word.Append(text[++position]);
            }
        }

        return (word.ToString(), hasQuotes);
    }
}
