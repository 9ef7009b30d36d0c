namespace Cofferdam.Model;

/// <summary>Go's <c>filepath.Match</c>: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a]</c> and <c>\x</c>, none of which takes a slash.</summary>
public static class GoPathMatch
{
    /// <summary>Whether the whole name matches; throws <see cref="InvalidInputException"/> for a pattern that cannot be read.</summary>
    public static bool IsMatch(string pattern, string name) => Match(pattern, name, pattern);

    /// <summary>Whether the text has characters that a pattern treats specially.</summary>
    public static bool HasWildcards(string text) => text.AsSpan().ContainsAny("*?[");

    private static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, string whole)
    {
        // Where the last star stood, and how much it has taken: one star back is enough.
        ReadOnlySpan<char> starPattern = default, starName = default;
        var hasStar = false;
        while (true)
        {
            if (pattern.IsEmpty ? name.IsEmpty : pattern[0] == '*')
            {
                if (pattern.IsEmpty)
                {
                    return true;
                }

                pattern = pattern[1..];
                starPattern = pattern;
                starName = name;
                hasStar = true;
                continue;
            }

            if (!pattern.IsEmpty && !name.IsEmpty && MatchOne(ref pattern, name[0], whole))
            {
                name = name[1..];
                continue;
            }

            if (!hasStar || starName.IsEmpty || starName[0] == '/')
            {
                return false;
            }

            starName = starName[1..];
            pattern = starPattern;
            name = starName;
        }
    }

    private static bool MatchOne(ref ReadOnlySpan<char> pattern, char character, string whole)
    {
        switch (pattern[0])
        {
            case '?':
                pattern = pattern[1..];
                return character != '/';
            case '[':
                return MatchClass(ref pattern, character, whole);
            case '\\':
                pattern = pattern[1..];
                break;
        }

        if (pattern.IsEmpty)
        {
            throw Invalid(whole);
        }

        var isEqual = pattern[0] == character;
        pattern = pattern[1..];
        return isEqual;
    }

    private static bool MatchClass(ref ReadOnlySpan<char> pattern, char character, string whole)
    {
        pattern = pattern[1..];
        var isNegated = !pattern.IsEmpty && pattern[0] == '^';
        pattern = isNegated ? pattern[1..] : pattern;
        var isMatch = false;
        for (var count = 0; ; count++)
        {
            if (!pattern.IsEmpty && pattern[0] == ']' && count > 0)
            {
                pattern = pattern[1..];
                return isMatch != isNegated && character != '/';
            }

            var low = Next(ref pattern, whole);
            var high = low;
            if (!pattern.IsEmpty && pattern[0] == '-')
            {
                pattern = pattern[1..];
                high = Next(ref pattern, whole);
            }

            isMatch |= low <= character && character <= high;
        }
    }

    private static char Next(ref ReadOnlySpan<char> pattern, string whole)
    {
        if (pattern.IsEmpty || pattern[0] is '-' or ']')
        {
            throw Invalid(whole);
        }

        pattern = pattern[0] == '\\' ? pattern[1..] : pattern;
        if (pattern.IsEmpty)
        {
            throw Invalid(whole);
        }

        var character = pattern[0];
        pattern = pattern[1..];
        return pattern.IsEmpty ? throw Invalid(whole) : character;
    }

    private static InvalidInputException Invalid(string pattern) => new($"invalid pattern {Quote.Text(pattern)}: syntax error in pattern");
}
