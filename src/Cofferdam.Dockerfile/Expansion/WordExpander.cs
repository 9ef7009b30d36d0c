using System.Buffers;

namespace Cofferdam.Dockerfile;

/// <summary>Replaces variables in a text and takes its quotes and escapes off, much as a shell does.</summary>
internal sealed record WordExpander(char Escape)
{
    private const int ShownLength = 1000;

    // Without any of these a text is what it says.
    private static readonly SearchValues<char> Special = SearchValues.Create("$'\"<");

    /// <summary>Whether quotes stay in the text.</summary>
    public bool KeepsQuotes { get; init; }

    /// <summary>Whether escape characters stay in the text.</summary>
    public bool KeepsEscapes { get; init; }

    /// <summary>Whether quotes mean nothing.</summary>
    public bool IgnoresQuotes { get; init; }

    /// <summary>Whether variables that are not set stay in the text as they are.</summary>
    public bool KeepsUnset { get; init; }

    /// <summary>What all texts together may grow by; null where there are no variables that count.</summary>
    public ExpansionBudget? Budget { get; init; }

    /// <summary>Replaces variables; throws where the text is malformed or a variable that must be set is not.</summary>
    public ExpandedWord Expand(string text, EnvironmentList variables)
    {
        if (!text.AsSpan().ContainsAny(Special) && !text.Contains(Escape, StringComparison.Ordinal))
        {
            return new ExpandedWord(text);
        }

        var reader = new WordReader(this, text, variables);
        try
        {
            var (result, words) = reader.Read();
            return new ExpandedWord(result, words, reader.Found, reader.Missing);
        }
        catch (CofferdamException error)
        {
            // A text of megabytes would hide what is said of it.
            throw new CofferdamException(error.Code, $"failed to process {Quote.Text(Shorten(text))}: {error.Message}", error) { Hint = error.Hint };
        }
    }

    private static string Shorten(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "…";
}
