using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Cuts the arguments of instructions into words, pairs or JSON strings.</summary>
internal static partial class ArgumentReader
{
    /// <summary>Reads a JSON array of strings; false when it is no JSON array. An array of anything else is an error.</summary>
    public static bool TryReadJson(string text, out ImmutableArray<string> items)
    {
        items = [];
        if (!text.TrimStart().StartsWith('['))
        {
            return false;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return false;
        }

        using (document)
        {
            if (document.RootElement.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            {
                throw DockerfileError.Syntax("when using JSON array syntax, arrays must be comprised of strings only", "put every element in double quotes");
            }

            items = [.. document.RootElement.EnumerateArray().Select(ReadString)];
            return true;
        }
    }

    // Half a surrogate pair becomes the letter that stands for what is none, as with Go.
    private static string ReadString(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return JsonDocument.Parse(LoneSurrogate().Replace(element.GetRawText(), "\\ufffd")).RootElement.GetString()!;
        }
    }

    /// <summary>Words between spaces; quotes mean nothing.</summary>
    public static ImmutableArray<string> SplitSpaces(string text) => text.Length == 0 ? [] : [.. Spaces().Split(text)];

    /// <summary>A JSON array's strings, or words between spaces.</summary>
    public static ImmutableArray<string> ReadList(string text) => TryReadJson(text, out var items) ? items : SplitSpaces(text);

    /// <summary>Words between spaces; quotes and the escape character keep spaces in a word and stay in it.</summary>
    public static ImmutableArray<string> SplitWords(string text, char escape)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                AddWord();
                continue;
            }

            if (quote == '\0' ? c is '\'' or '"' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
                isWord = true;
            }
            else if (c == escape && quote != '\'')
            {
                if (i + 1 == text.Length)
                {
                    break;
                }

                word.Append(c);
                c = text[++i];
            }

            word.Append(c);
        }

        AddWord();
        return words.ToImmutable();

        void AddWord()
        {
            if (isWord || word.Length > 0)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isWord = false;
        }
    }

    /// <summary>Pairs of ENV and LABEL, in the form <c>name=value …</c> or the old form <c>name value</c>.</summary>
    public static ImmutableArray<KeyValue> ReadPairs(string text, char escape, string name)
    {
        var words = SplitWords(text, escape);
        CheckPairs(words, text, name);
        if (words.IsEmpty)
        {
            throw DockerfileError.Syntax($"{name} requires at least one argument", InstructionUsage.Of(name));
        }

        if (!words[0].Contains('=', StringComparison.Ordinal))
        {
            var parts = Spaces().Split(text, 2);
            return [new KeyValue(parts[0], parts[1], IsLegacy: true)];
        }

        return [.. words.Select(word => ReadPair(word, name))];
    }

    /// <summary>Checks what <see cref="ReadPairs"/> needs; what it says of none or of empty names is left to it.</summary>
    public static void CheckPairs(string text, char escape, string name) => CheckPairs(SplitWords(text, escape), text, name);

    private static void CheckPairs(ImmutableArray<string> words, string text, string name)
    {
        if (words.IsEmpty)
        {
            return;
        }

        if (!words[0].Contains('=', StringComparison.Ordinal))
        {
            if (Spaces().Count(text) == 0)
            {
                throw DockerfileError.Syntax($"{name} must have two arguments", $"write {name} name=value");
            }
        }
        else if (words.FirstOrDefault(word => !word.Contains('=', StringComparison.Ordinal)) is { } word)
        {
            throw DockerfileError.Syntax($"Syntax error - can't find = in {Quote.Text(word)}. Must be of the form: name=value", "a value with spaces needs quotes: name=\"two words\"");
        }
    }

    private static KeyValue ReadPair(string word, string name)
    {
        var separator = word.IndexOf('=', StringComparison.Ordinal);
        return separator switch
        {
            0 => throw DockerfileError.Syntax($"{name} names can not be blank", InstructionUsage.Of(name)),
            _ => new KeyValue(word[..separator], word[(separator + 1)..], IsLegacy: false),
        };
    }

    [GeneratedRegex(@"(?<=[^\\](?:\\\\)*)(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})")]
    private static partial Regex LoneSurrogate();

    [GeneratedRegex(@"[\t\v\f\r ]+")]
    private static partial Regex Spaces();
}
