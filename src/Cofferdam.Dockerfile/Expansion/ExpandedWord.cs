using System.Collections.Frozen;

namespace Cofferdam.Dockerfile;

/// <summary>A text whose variables were replaced.</summary>
internal sealed class ExpandedWord
{
    private readonly IReadOnlyList<string>? _words;

    /// <summary>A text in which there was nothing to replace.</summary>
    public ExpandedWord(string text) => Text = text;

    public ExpandedWord(string text, IReadOnlyList<string> words, IReadOnlySet<string> found, IReadOnlySet<string> missing) =>
        (Text, _words, Found, Missing) = (text, words, found, missing);

    /// <summary>The text in one piece.</summary>
    public string Text { get; }

    /// <summary>The text cut at spaces that are not quoted.</summary>
    public IReadOnlyList<string> Words => _words ?? Cut(Text);

    /// <summary>Variables that were set.</summary>
    public IReadOnlySet<string> Found { get; } = FrozenSet<string>.Empty;

    /// <summary>Variables that were not.</summary>
    public IReadOnlySet<string> Missing { get; } = FrozenSet<string>.Empty;

    private static IReadOnlyList<string> Cut(string text)
    {
        var words = new WordCollector();
        words.Add(text);
        return words.Finish();
    }
}
