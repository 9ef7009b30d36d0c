using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Cuts a shell's script into commands and words: as far as checks need it, and without running anything.</summary>
internal sealed class ShellReader
{
    private readonly string _script;
    private readonly ImmutableArray<ShellCommand>.Builder _commands = ImmutableArray.CreateBuilder<ShellCommand>();
    private readonly ImmutableArray<ShellWord>.Builder _words = ImmutableArray.CreateBuilder<ShellWord>();
    private readonly ImmutableArray<ShellWord>.Builder _outputs = ImmutableArray.CreateBuilder<ShellWord>();
    private readonly ImmutableArray<string>.Builder _variables = ImmutableArray.CreateBuilder<string>();
    private readonly StringBuilder _word = new();
    private bool _isWord;
    private bool _isOutput;
    private bool _isInput;
    private bool _hasSubstitution;
    private int _position;

    private ShellReader(string script) => _script = script;

    /// <summary>The commands of a script in order; those inside of <c>$(…)</c> come before the one they belong to.</summary>
    public static ImmutableArray<ShellCommand> Read(string script)
    {
        var reader = new ShellReader(script);
        reader.ReadAll();
        return reader._commands.ToImmutable();
    }

    /// <summary>A command whose words are known.</summary>
    public static ShellCommand OfWords(IEnumerable<string> words) => new([], [.. words.Select(ShellWord.Literal)], []);

    private void ReadAll()
    {
        while (_position < _script.Length)
        {
            var c = _script[_position];
            switch (c)
            {
                case '\\':
                    ReadEscape();
                    break;
                case '\'':
                    ReadSingleQuotes();
                    break;
                case '"':
                    ReadDoubleQuotes();
                    break;
                case '$' or '`':
                    ReadExpansion();
                    break;
                case ' ' or '\t' or '\r':
                    EndWord();
                    _position++;
                    break;
                case '#' when !_isWord:
                    _position = _script.IndexOf('\n', _position) is >= 0 and var end ? end : _script.Length;
                    break;
                case '>' or '<':
                    ReadRedirection(c);
                    break;
                case '&' when Next() == '>':
                    EndWord();
                    _position++;
                    break;
                case '\n' or ';' or '|' or '&' or '(' or ')':
                    EndCommand();
                    _position++;
                    break;
                case '{' or '}' when !_isWord && (Next() is ' ' or '\n' or ';' or '\0'):
                    EndCommand();
                    _position++;
                    break;
                default:
                    Append(c);
                    _position++;
                    break;
            }
        }

        EndCommand();
    }

    private char Next() => _position + 1 < _script.Length ? _script[_position + 1] : '\0';

    private void Append(char c)
    {
        _word.Append(c);
        _isWord = true;
    }

    private void ReadEscape()
    {
        var next = Next();
        if (next is not ('\0' or '\n'))
        {
            Append(next);
        }

        _position += 2;
    }

    private void ReadSingleQuotes()
    {
        var end = _script.IndexOf('\'', _position + 1) is >= 0 and var found ? found : _script.Length;
        _word.Append(_script, _position + 1, end - _position - 1);
        _isWord = true;
        _position = end + 1;
    }

    private void ReadDoubleQuotes()
    {
        _isWord = true;
        _position++;
        while (_position < _script.Length && _script[_position] != '"')
        {
            var c = _script[_position];
            if (c == '\\' && Next() is '"' or '\\' or '$' or '`' or '\n')
            {
                ReadEscape();
            }
            else if (c is '$' or '`')
            {
                ReadExpansion();
            }
            else
            {
                Append(c);
                _position++;
            }
        }

        _position++;
    }

    private void ReadExpansion()
    {
        var start = _position;
        if (_script[_position] == '`')
        {
            var end = _script.IndexOf('`', _position + 1) is >= 0 and var found ? found : _script.Length;
            AddSubstitution(_script[Math.Min(_position + 1, _script.Length)..end]);
            _position = Math.Min(end + 1, _script.Length);
        }
        else if (Next() == '(')
        {
            var end = FindEnd(_position + 1, '(', ')');
            AddSubstitution(_script[(_position + 2)..Math.Max(_position + 2, end)]);
            _position = Math.Min(end + 1, _script.Length);
        }
        else if (Next() == '{')
        {
            var end = FindEnd(_position + 1, '{', '}');
            AddVariable(_position + 2);
            _position = Math.Min(end + 1, _script.Length);
        }
        else
        {
            _position += 1 + AddVariable(_position + 1);
        }

        _word.Append(_script, start, _position - start);
        _isWord = true;
    }

    private void AddSubstitution(string script)
    {
        _hasSubstitution = true;
        _commands.AddRange(Read(script));
    }

    private int AddVariable(int start)
    {
        var end = start;
        while (end < _script.Length && (char.IsAsciiLetterOrDigit(_script[end]) || _script[end] == '_'))
        {
            end++;
        }

        if (end > start)
        {
            _variables.Add(_script[start..end]);
        }

        return end - start;
    }

    // The position of the bracket that closes the one at the start.
    private int FindEnd(int start, char open, char close)
    {
        var depth = 0;
        for (var i = start; i < _script.Length; i++)
        {
            depth += _script[i] == open ? 1 : _script[i] == close ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return _script.Length;
    }

    private void ReadRedirection(char c)
    {
        if (_isWord && _word.ToString().All(char.IsAsciiDigit))
        {
            _word.Clear(); // 2> is the number of a descriptor
            _isWord = false;
        }

        EndWord();
        while (_position < _script.Length && _script[_position] is '>' or '<' or '|' or '-')
        {
            _position++;
        }

        if (_position < _script.Length && _script[_position] == '&')
        {
            _position += 2; // >&1
            return;
        }

        (_isOutput, _isInput) = (c == '>', c == '<');
    }

    private void EndWord()
    {
        if (_isWord)
        {
            var word = new ShellWord(_word.ToString(), _variables.ToImmutable(), _hasSubstitution);
            if (_isOutput)
            {
                _outputs.Add(word);
            }
            else if (!_isInput)
            {
                _words.Add(word);
            }

            (_isOutput, _isInput) = (false, false);
        }

        _word.Clear();
        _variables.Clear();
        (_isWord, _hasSubstitution) = (false, false);
    }

    private void EndCommand()
    {
        EndWord();
        if (_words.Count > 0 || _outputs.Count > 0)
        {
            var count = 0;
            while (count < _words.Count && (IsAssignment(_words[count].Text) || (count == 0 && _words[count].Text == "export")))
            {
                count++;
            }

            _commands.Add(new ShellCommand([.. _words.Take(count)], [.. _words.Skip(count)], _outputs.ToImmutable()));
        }

        _words.Clear();
        _outputs.Clear();
        (_isOutput, _isInput) = (false, false);
    }

    private static bool IsAssignment(string word) =>
        word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && word.AsSpan(0, at).IndexOfAnyExcept(Names) < 0 && !char.IsAsciiDigit(word[0]);

    private static readonly System.Buffers.SearchValues<char> Names = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}
