using System.Text;
using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Patterns of <c>${name#pattern}</c> and its like: <c>*</c>, <c>?</c> and backslash escapes, no brackets.</summary>
internal static class ShellPattern
{
    // Linear in the text's length whatever the pattern.
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private const int MaxLength = 1000;

    public static string TrimPrefix(string value, string pattern, bool isGreedy)
    {
        var match = ToRegex(pattern, isGreedy, isAnchored: true).Match(value);
        return match.Success ? value[match.Length..] : value;
    }

    // The shortest match at the end is the shortest one at the start of the reverse.
    public static string TrimSuffix(string value, string pattern, bool isGreedy) =>
        Reverse(TrimPrefix(Reverse(value), ReversePattern(pattern), isGreedy));

    public static string Replace(string value, string pattern, string replacement, bool isForAll)
    {
        var grown = 0L;
        var end = -1;
        return ToRegex(pattern, isGreedy: true, isAnchored: false).Replace(value, Put, isForAll ? -1 : 1);

        string Put(Match match)
        {
            // As with Go, nothing right behind a match is no further match.
            if (match.Length == 0 && match.Index == end)
            {
                return string.Empty;
            }

            end = match.Index + match.Length;
            var text = isForAll ? ReplacementTemplate.Fill(replacement, match.Value) : replacement;
            grown += text.Length - match.Length;
            return grown <= ExpansionBudget.WordGrowth
                ? text
                : throw DockerfileError.Meaning($"replacing makes it grow by more than {ExpansionBudget.WordGrowth >> 20} MiB", "look for variables that hold themselves several times");
        }
    }

    private static Regex ToRegex(string pattern, bool isGreedy, bool isAnchored)
    {
        if (pattern.Length > MaxLength)
        {
            throw DockerfileError.Meaning($"a pattern in a substitution is longer than {MaxLength} characters", "do it in a RUN");
        }

        var regex = new StringBuilder(isAnchored ? "^" : string.Empty);
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\')
            {
                // An escaped } or / is what the pattern's end would be otherwise.
                c = ++i < pattern.Length && pattern[i] is '}' or '/' or '*' or '?' or '\\'
                    ? pattern[i]
                    : throw DockerfileError.Meaning($"invalid pattern ({pattern}) in substitution: invalid escape '\\{(i < pattern.Length ? pattern[i] : '\0')}'", "only *, ?, \\, / and } can be escaped in a pattern");
                regex.Append(Regex.Escape(c.ToString()));
            }
            else
            {
                regex.Append(c switch { '*' => isGreedy ? ".*" : ".*?", '?' => ".", _ => Regex.Escape(c.ToString()) });
            }
        }

        try
        {
            return new Regex(regex.ToString(), Options);
        }
        catch (NotSupportedException error)
        {
            throw new CofferdamException(ErrorCode.DockerfileMeaning, $"a pattern in a substitution is too long: {pattern.Length} characters", error) { Hint = "do it in a RUN" };
        }
    }

    private static string Reverse(string text)
    {
        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }

    // An escape stays before what it escapes.
    private static string ReversePattern(string pattern)
    {
        var parts = new List<string>();
        for (var i = 0; i < pattern.Length; i++)
        {
            parts.Add(pattern[i] == '\\' && i + 1 < pattern.Length ? pattern.Substring(i++, 2) : pattern[i].ToString());
        }

        parts.Reverse();
        return string.Concat(parts);
    }
}
