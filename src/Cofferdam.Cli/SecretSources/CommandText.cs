using System.Text;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Splits the text of a command into words, with quotes and backslashes as in a shell. Nothing is expanded: no variables, no wildcards, no pipes.</summary>
internal static class CommandText
{
    /// <summary>The words; throws <see cref="UsageException"/> when a quote is not closed.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quote == '\'' ? letter != '\'' : (letter == '\\' && i + 1 < text.Length && (quote == '\0' || text[i + 1] is '"' or '\\')))
            {
                word.Append(quote == '\'' ? letter : text[++i]);
                isWord = true;
            }
            else if (letter == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && letter is '"' or '\'')
            {
                quote = letter;
                isWord = true;
            }
            else if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                Add();
            }
            else
            {
                word.Append(letter);
                isWord = true;
            }
        }

        Add();
        return quote == '\0' ? words : throw new UsageException("a quote in the command of a secret is not closed") { Hint = "write it as in a shell, for example from=exec:sh -c 'pass show npm | head -1'" };

        void Add()
        {
            if (isWord)
            {
                words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
        }
    }
}
