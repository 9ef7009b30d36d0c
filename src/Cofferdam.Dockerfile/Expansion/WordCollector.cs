using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Cuts a text that is read piece by piece into words.</summary>
internal sealed class WordCollector
{
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();

    /// <summary>Adds a character; a space ends the word.</summary>
    public void Add(char c)
    {
        if (!char.IsWhiteSpace(c))
        {
            _word.Append(c);
        }
        else if (_word.Length > 0)
        {
            _words.Add(_word.ToString());
            _word.Clear();
        }
    }

    /// <summary>Adds a text; spaces in it end words.</summary>
    public void Add(string text)
    {
        foreach (var c in text)
        {
            Add(c);
        }
    }

    /// <summary>Adds a text that stays in one word.</summary>
    public void AddWhole(string text) => _word.Append(text);

    public IReadOnlyList<string> Finish()
    {
        if (_word.Length > 0)
        {
            _words.Add(_word.ToString());
            _word.Clear();
        }

        return _words;
    }
}
