namespace Cofferdam.Dockerfile;

/// <summary>Tells values that only stand for a secret from secrets.</summary>
internal static class Placeholder
{
    private static readonly string[] Words = ["changeme", "change_me", "change-me", "example", "placeholder", "dummy", "redacted", "replace_me", "replaceme", "todo", "none", "null", "true", "false"];

    /// <summary>Whether a value is empty, a reference to another one, or a word that is written where a secret will be.</summary>
    public static bool Is(string value)
    {
        var text = value.Trim().Trim('"', '\'');
        return text.Length == 0
            || text[0] is '$' or '<' or '%' or '{' or '@'
            || text.All(c => c is 'x' or 'X' or '*' or '.' or '-')
            || Words.Contains(text, StringComparer.OrdinalIgnoreCase)
            || text.StartsWith("your", StringComparison.OrdinalIgnoreCase);
    }
}
