using System.Text;
using System.Text.RegularExpressions;

namespace Cofferdam.Model;

/// <summary>One pattern: <c>*</c> and <c>?</c> stay within a name, <c>**</c> takes any number of directories.</summary>
internal sealed class IgnorePattern
{
    private readonly string _text;
    private readonly Glob? _glob;
    private readonly Regex? _expression; // where a class of characters is not plain
    private readonly string _literalPrefix;

    private IgnorePattern(string text, bool isException)
    {
        (_text, IsException) = (text, isException);
        var wild = text.AsSpan().IndexOfAny("*?[\\");
        _literalPrefix = wild < 0 ? text : text[..(text.LastIndexOf('/', wild) + 1)].TrimEnd('/');
        _glob = wild < 0 ? null : Glob.Parse(text);
        if (wild >= 0 && _glob is null)
        {
            _expression = Compile(text);
        }
    }

    public bool IsException { get; }

    public static IgnorePattern? Parse(string line)
    {
        var text = line.Trim();
        var isException = text.StartsWith('!');
        text = Clean(isException ? text[1..].Trim() : text);
        if (isException && text.Length == 0)
        {
            throw new InvalidInputException("illegal exclusion pattern: \"!\"");
        }

        return text.Length == 0 ? null : new IgnorePattern(text, isException);
    }

    public bool Matches(string path) =>
        IsWild ? IsUnder(path, _literalPrefix) && (_glob?.IsMatch(path) ?? _expression!.IsMatch(path)) : path == _text;

    // Where the pattern begins with wildcards, anything may be under any directory.
    public bool MayMatchUnder(string directory)
    {
        var target = IsWild ? _literalPrefix : _text;
        return target == directory || IsUnder(target, directory) || (IsWild && IsUnder(directory, target));
    }

    private bool IsWild => _glob is not null || _expression is not null;

    private static bool IsUnder(string path, string directory) =>
        directory.Length == 0 || (path.Length > directory.Length && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal));

    // Go filepath.Clean, and no slash in front.
    private static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 && path.Length > 0 ? "." : string.Join('/', parts);
    }

    private static string Translate(string pattern)
    {
        var expression = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i++;
                    i += i + 1 < pattern.Length && pattern[i + 1] == '/' ? 1 : 0;
                    expression.Append(i + 1 == pattern.Length ? ".*" : "(.*/)?");
                    break;
                case '*':
                    expression.Append("[^/]*");
                    break;
                case '?':
                    expression.Append("[^/]");
                    break;
                case '\\' when i + 1 < pattern.Length:
                    expression.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                case '[' or ']' or '^' or '-':
                    expression.Append(pattern[i]);
                    break;
                default:
                    expression.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return expression.Append("\\z").ToString();
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(Translate(pattern), RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
        }
        catch (ArgumentException error)
        {
            throw new InvalidInputException($"invalid pattern {Quote.Text(pattern)}: syntax error in pattern", error);
        }
        catch (NotSupportedException error)
        {
            // What cannot be followed all at once would have to be tried way by way.
            throw new InvalidInputException($"invalid pattern {Quote.Text(pattern[..Math.Min(100, pattern.Length)] + "…")}: too long for one with such classes of characters", error);
        }
    }
}
