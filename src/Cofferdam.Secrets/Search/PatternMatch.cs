using Cofferdam.Secrets.Encodings;

namespace Cofferdam.Secrets.Search;

/// <summary>Compares a pattern with the text around one of its words.</summary>
internal static class PatternMatch
{
    /// <summary>Whether the pattern is there; where it begins, and how many bytes it takes.</summary>
    internal static bool Try(ReadOnlySpan<byte> text, int at, in SearchPattern pattern, ReadOnlySpan<byte> bytes, int offset, out int start, out int length)
    {
        start = at - offset;
        length = bytes.Length;
        if (start >= 0 && start + length <= text.Length && text.Slice(start, length).SequenceEqual(bytes))
        {
            return !pattern.IsOnlyBroken;
        }

        return pattern.Breaks != LineBreaks.None && TryBroken(text, at, pattern, bytes, offset, out start, out length);
    }

    private static bool TryBroken(ReadOnlySpan<byte> text, int at, in SearchPattern pattern, ReadOnlySpan<byte> bytes, int offset, out int start, out int length)
    {
        start = at;
        length = 0;
        for (var left = offset; left > 0; left--)
        {
            while (BreakText.Before(text, start, pattern.Breaks) is > 0 and var before && at - start < pattern.MostExtent)
            {
                start -= before;
            }

            if (start == 0 || text[start - 1] != bytes[left - 1])
            {
                return false;
            }

            start--;
        }

        var end = at;
        for (var next = offset; next < bytes.Length; next++)
        {
            while (next > offset && BreakText.After(text, end, pattern.Breaks) is > 0 and var after && end - at < pattern.MostExtent)
            {
                end += after;
            }

            if (end >= text.Length || text[end] != bytes[next])
            {
                return false;
            }

            end++;
        }

        length = end - start;
        return length <= pattern.MostExtent;
    }
}
