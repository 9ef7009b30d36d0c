using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Reads one text for a <see cref="WordExpander"/>.</summary>
internal sealed class WordReader(WordExpander options, string text, EnvironmentList variables)
{
    private const char End = '\0';

    // ${a:-${b:-…}} is read by calls in calls: the thread's stack is finite.
    private const int MaxDepth = 100;

    private const string UnclosedBrace = "close ${ with }";

    private const string Modifiers = "there are ${name:-word}, ${name:+word}, ${name:?word}, each without the colon too, ${name#pattern}, ${name##pattern}, ${name%pattern}, ${name%%pattern}, ${name/pattern/word} and ${name//pattern/word}";

    private readonly HashSet<string> _found = [];
    private readonly HashSet<string> _missing = [];
    private int _position;
    private int _depth;

    public IReadOnlySet<string> Found => _found;

    public IReadOnlySet<string> Missing => _missing;

    private bool IsAtEnd => _position >= text.Length;

    private char Peek => IsAtEnd ? End : text[_position];

    public (string Text, IReadOnlyList<string> Words) Read()
    {
        var words = new WordCollector();
        return (ReadUntil(End, options.KeepsEscapes, words), words.Finish());
    }

    private static CofferdamException Error(string message, string? hint = null) => DockerfileError.Meaning(message, hint);

    private string UnclosedQuote(char quote) => $"close the quote, or write {options.Escape}{quote} for the character itself";

    private string ExplainMissing(string name) => VariableSuggestion.Find(name, variables.Names) is { } near
        ? $"did you mean {near}?"
        : $"give it with --build-arg {name}=value where ARG {name} declares it, or set it with ENV";

    private char Next() => IsAtEnd ? End : text[_position++];

    private string ReadUntil(char stop, bool keepsEscapes, WordCollector? words = null)
    {
        var result = new StringBuilder();
        while (!IsAtEnd)
        {
            var c = Peek;
            if (stop != End && c == stop)
            {
                _position++;
                return result.ToString();
            }

            if (c == '$')
            {
                var value = ReadVariable(keepsEscapes);
                Append(result, value);
                words?.Add(value);
            }
            else if ((c is '\'' or '"' && !options.IgnoresQuotes) || c == '<')
            {
                var whole = c switch { '\'' => ReadSingleQuoted(), '"' => ReadDoubleQuoted(keepsEscapes), _ => ReadHeredocMark() };
                Append(result, whole);
                words?.AddWhole(whole);
            }
            else if (c == options.Escape)
            {
                ReadEscape(keepsEscapes, result, words);
            }
            else
            {
                result.Append(c);
                words?.Add(c);
                _position++;
            }
        }

        return stop == End ? result.ToString() : throw Error($"unexpected end of statement while looking for matching {stop}", $"close it with {stop}");
    }

    private void Append(StringBuilder result, string value)
    {
        if (result.Length + value.Length > text.Length + ExpansionBudget.WordGrowth)
        {
            throw Error($"its variables make it grow by more than {ExpansionBudget.WordGrowth >> 20} MiB", "look for variables that hold themselves several times");
        }

        result.Append(value);
    }

    private void ReadEscape(bool keepsEscapes, StringBuilder result, WordCollector? words)
    {
        var escape = Next();
        var whole = keepsEscapes ? escape.ToString() : string.Empty;
        if (!IsAtEnd)
        {
            whole += Next();
        }

        result.Append(whole);
        words?.AddWhole(whole);
    }

    private string ReadSingleQuoted()
    {
        var end = text.IndexOf('\'', ++_position);
        if (end < 0)
        {
            throw Error("unexpected end of statement while looking for matching single-quote", UnclosedQuote('\''));
        }

        var content = text[_position..end];
        _position = end + 1;
        return options.KeepsQuotes ? $"'{content}'" : content;
    }

    private string ReadDoubleQuoted(bool keepsEscapes)
    {
        var result = new StringBuilder(options.KeepsQuotes ? "\"" : string.Empty);
        _position++;
        while (true)
        {
            if (IsAtEnd)
            {
                throw Error("unexpected end of statement while looking for matching double-quote", UnclosedQuote('"'));
            }

            if (Peek == '$')
            {
                Append(result, ReadVariable(keepsEscapes));
                continue;
            }

            var c = Next();
            if (c == '"')
            {
                return result.Append(options.KeepsQuotes ? "\"" : string.Empty).ToString();
            }

            if (c == options.Escape)
            {
                if (keepsEscapes)
                {
                    result.Append(c);
                }

                // Only these can be escaped inside of quotes; before others the escape character is one as any.
                c = IsAtEnd ? End : Peek is '"' or '$' || Peek == options.Escape ? Next() : c;
                if (c == End)
                {
                    continue;
                }
            }

            result.Append(c);
        }
    }

    // Spaces may stand between << and the delimiter.
    private string ReadHeredocMark()
    {
        _position++;
        if (Peek != '<')
        {
            return "<";
        }

        var start = ++_position;
        while (Peek is ' ' or '\t' or '\r')
        {
            _position++;
        }

        return "<<" + text[start.._position];
    }

    private string ReadVariable(bool keepsEscapes)
    {
        _position++;
        if (Peek != '{')
        {
            var plain = ReadName();
            return plain.Length == 0 ? "$" : Find(plain) ?? (options.KeepsUnset ? "$" + plain : string.Empty);
        }

        _position++;
        if (IsAtEnd)
        {
            throw Error("syntax error: missing '}'", UnclosedBrace);
        }

        if (Peek is '{' or '}' or ':')
        {
            throw Error("syntax error: bad substitution", "write ${name}; a dollar sign itself is written \\$");
        }

        var name = ReadName();
        var modifier = Next();
        return modifier switch
        {
            '}' => Find(name) ?? (options.KeepsUnset ? $"${{{name}}}" : string.Empty),
            ':' => ReadDefault(name, Next(), isEmptyUnset: true, keepsEscapes),
            '+' or '-' or '?' => ReadDefault(name, modifier, isEmptyUnset: false, keepsEscapes),
            '#' or '%' => ReadTrim(name, modifier),
            '/' => ReadReplace(name),
            End => throw Error("syntax error: missing '}'", UnclosedBrace),
            _ => throw Error($"unsupported modifier ({modifier}) in substitution", Modifiers),
        };
    }

    private string ReadDefault(string name, char modifier, bool isEmptyUnset, bool keepsEscapes)
    {
        var marks = isEmptyUnset ? ":" + modifier : modifier.ToString();
        if (modifier is not ('+' or '-' or '?'))
        {
            throw modifier == End ? Error("syntax error: missing '}'", UnclosedBrace) : Error($"unsupported modifier ({marks}) in substitution", Modifiers);
        }

        var word = ReadBraced('}', keepsEscapes: false, "}");
        var value = Find(name);
        if (value is null && options.KeepsUnset)
        {
            return $"${{{name}{marks}{word}}}";
        }

        var isMissing = value is null || (isEmptyUnset && value.Length == 0);
        return (modifier, isMissing) switch
        {
            ('-', true) or ('+', false) => word,
            ('-', false) or ('?', false) => value!,
            ('+', true) => string.Empty,
            _ => throw Error($"{name}: {(word.Length > 0 ? word : value is null ? "is not allowed to be unset" : "is not allowed to be empty")}", ExplainMissing(name)),
        };
    }

    private string ReadTrim(string name, char modifier)
    {
        var pattern = ReadBraced('}', keepsEscapes: true, "}");
        var value = Find(name);
        if (value is null && options.KeepsUnset)
        {
            return $"${{{name}{modifier}{pattern}}}";
        }

        var isGreedy = pattern.StartsWith(modifier);
        pattern = isGreedy ? pattern[1..] : pattern;
        return modifier == '#' ? ShellPattern.TrimPrefix(value ?? string.Empty, pattern, isGreedy) : ShellPattern.TrimSuffix(value ?? string.Empty, pattern, isGreedy);
    }

    private string ReadReplace(string name)
    {
        var isForAll = Peek == '/';
        _position += isForAll ? 1 : 0;
        var pattern = ReadBraced('/', keepsEscapes: true, "/' in ${}");
        var replacement = ReadBraced('}', keepsEscapes: true, "}");
        var value = Find(name);
        return value is null && options.KeepsUnset
            ? $"${{{name}{(isForAll ? "//" : "/")}{pattern}/{replacement}}}"
            : ShellPattern.Replace(value ?? string.Empty, pattern, replacement, isForAll);
    }

    private string ReadBraced(char stop, bool keepsEscapes, string missing)
    {
        if (++_depth > MaxDepth)
        {
            throw Error($"variables are nested more than {MaxDepth} deep", "name parts of it with ARG or ENV");
        }

        try
        {
            var braced = ReadUntil(stop, keepsEscapes);
            _depth--;
            return braced;
        }
        catch (CofferdamException) when (IsAtEnd)
        {
            throw missing.Length > 1 ? Error($"syntax error: missing '{missing}", "write ${name/pattern/replacement}") : Error($"syntax error: missing '{missing}'", UnclosedBrace);
        }
    }

    private string ReadName()
    {
        var start = _position;
        if (char.IsDigit(Peek))
        {
            while (char.IsDigit(Peek))
            {
                _position++;
            }
        }
        else if (Peek is '@' or '*' or '#' or '?' or '-' or '$' or '!')
        {
            _position++;
        }
        else
        {
            while (char.IsLetterOrDigit(Peek) || Peek == '_')
            {
                _position++;
            }
        }

        return text[start.._position];
    }

    private string? Find(string name)
    {
        if (variables.TryGet(name, out var value))
        {
            options.Budget?.Spend(value.Length);
            _found.Add(name);
            return value;
        }

        _missing.Add(name);
        return null;
    }
}
