using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Finds the documents that an instruction's line announces.</summary>
internal static partial class HeredocReader
{
    private static readonly WordExpander Splitter = new('\\') { KeepsQuotes = true, KeepsEscapes = true, KeepsUnset = true };

    private static readonly WordExpander Unquoted = new('\\') { KeepsUnset = true };

    private static readonly WordExpander Quoted = new('\\') { KeepsUnset = true, KeepsQuotes = true };

    /// <summary>The documents of a line in order; what cannot be split into words has none.</summary>
    public static List<Heredoc> FindAll(string line)
    {
        try
        {
            return [.. Splitter.Expand(line, EnvironmentList.Empty).Words.Select(Parse).OfType<Heredoc>()];
        }
        catch (CofferdamException)
        {
            return [];
        }
    }

    /// <summary>What a word such as <c>&lt;&lt;-EOF</c> announces; null when it announces nothing.</summary>
    public static Heredoc? Parse(string word)
    {
        var match = Pattern().Match(word);
        if (!match.Success || match.Groups[3].Length == 0)
        {
            return null;
        }

        var rest = match.Groups[3].Value;
        var plain = Unquoted.Expand(rest, EnvironmentList.Empty).Words;
        var raw = Quoted.Expand(rest, EnvironmentList.Empty).Words;
        return plain.Count == 1 && raw.Count == 1
            ? new Heredoc(plain[0], CountQuotes(plain[0]) == CountQuotes(raw[0]), match.Groups[2].Length > 0)
            : null;
    }

    public static string TrimTabs(string text) => LeadingTabs().Replace(text, string.Empty);

    private static int CountQuotes(string text) => text.Count(c => c is '\'' or '"');

    [GeneratedRegex(@"^(\d*)<<(-?)(?>\s*)([^<]*)\z")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^\t+", RegexOptions.Multiline)]
    private static partial Regex LeadingTabs();
}
