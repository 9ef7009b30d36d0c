using Cofferdam.Secrets.Encodings;

namespace Cofferdam.Secrets.Search;

/// <summary>Measures a line break at a place of a text; both directions agree.</summary>
internal static class BreakText
{
    /// <summary>A line indented deeper is none that was wrapped.</summary>
    internal const int MostIndentation = 32;

    /// <summary>Bytes of the break that begins at a position; 0 when there is none.</summary>
    internal static int After(ReadOnlySpan<byte> text, int position, LineBreaks kind)
    {
        var next = position;
        if (next >= text.Length)
        {
            return 0;
        }

        if (kind == LineBreaks.Soft ? text[next] == '=' : kind == LineBreaks.Encoded && text[next] == '\\')
        {
            next++;
            if (kind == LineBreaks.Encoded && text[next..].StartsWith("n"u8))
            {
                return 2;
            }

            if (kind == LineBreaks.Encoded && text[next..].StartsWith("r\\n"u8))
            {
                return 4;
            }
        }
        else if (kind == LineBreaks.Soft)
        {
            return 0;
        }

        next += next < text.Length && text[next] == '\r' ? 1 : 0;
        if (next >= text.Length || text[next] != '\n')
        {
            return 0;
        }

        next++;
        var indentation = kind == LineBreaks.Soft ? 0 : IndentationAfter(text, next);
        return indentation > MostIndentation ? 0 : next + indentation - position;
    }

    /// <summary>Bytes of the break that ends before a position; 0 when there is none.</summary>
    internal static int Before(ReadOnlySpan<byte> text, int position, LineBreaks kind)
    {
        if (kind == LineBreaks.Encoded && text[..position].EndsWith("\\n"u8))
        {
            return text[..position].EndsWith("\\r\\n"u8) ? 4 : 2;
        }

        var start = position;
        while (kind != LineBreaks.Soft && start > 0 && text[start - 1] is (byte)' ' or (byte)'\t' && position - start <= MostIndentation)
        {
            start--;
        }

        if (start == 0 || position - start > MostIndentation || text[start - 1] != '\n')
        {
            return 0;
        }

        start--;
        start -= start > 0 && text[start - 1] == '\r' ? 1 : 0;
        var mark = kind switch { LineBreaks.Soft => (byte)'=', LineBreaks.Encoded => (byte)'\\', _ => (byte)0 };
        var hasMark = mark != 0 && start > 0 && text[start - 1] == mark;
        return kind == LineBreaks.Soft && !hasMark ? 0 : position - start + (hasMark ? 1 : 0);
    }

    private static int IndentationAfter(ReadOnlySpan<byte> text, int position)
    {
        var end = position;
        while (end < text.Length && text[end] is (byte)' ' or (byte)'\t' && end - position <= MostIndentation)
        {
            end++;
        }

        return end - position;
    }
}
