using System.Numerics;

namespace Cofferdam.Model;

/// <summary>A pattern of <c>*</c>, <c>?</c>, <c>**</c> and escapes. Its time is at most its length times the path's: all ways to match are followed at once.</summary>
internal sealed class Glob
{
    private const int WordBits = 64;
    private const int StackWords = 32;

    private readonly Kind[] _kinds;
    private readonly char[] _characters; // of a class, which of the pattern's
    private readonly List<CharacterClass> _classes;
    private readonly string _end; // what a path must end with
    private readonly int _shortest; // how long a path must be

    private Glob(List<(Kind Kind, char Character)> tokens, List<CharacterClass> classes)
    {
        _classes = classes;
        _kinds = [.. tokens.Select(token => token.Kind)];
        _characters = [.. tokens.Select(token => token.Character)];
        _end = new string(_characters[(Array.FindLastIndex(_kinds, kind => kind != Kind.Character) + 1)..]);
        _shortest = _kinds.Count(kind => kind is Kind.Character or Kind.NotSlash or Kind.Class);
    }

    private enum Kind : byte
    {
        Character,
        NotSlash,
        Class,
        Name,       // any number of characters but slashes
        Any,        // any number of characters
        Skip,       // the next, or not
        Directories, // any number of characters and a slash
    }

    /// <summary>Reads a pattern; null where it has classes of characters that are more than single ones and ranges.</summary>
    public static Glob? Parse(string pattern)
    {
        var classes = new List<CharacterClass>();
        var tokens = new List<(Kind Kind, char Character)>();
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i++;
                    i += i + 1 < pattern.Length && pattern[i + 1] == '/' ? 1 : 0;
                    if (i + 1 == pattern.Length)
                    {
                        tokens.Add((Kind.Any, default));
                    }
                    else if (tokens is not [.., (Kind.Directories, _)])
                    {
                        tokens.AddRange([(Kind.Skip, default), (Kind.Directories, default)]);
                    }

                    break;
                case '*':
                    if (tokens is not [.., (Kind.Name, _)])
                    {
                        tokens.Add((Kind.Name, default));
                    }

                    break;
                case '?':
                    tokens.Add((Kind.NotSlash, default));
                    break;
                case '[' or '^':
                    if (classes.Count == char.MaxValue || CharacterClass.Parse(pattern, ref i) is not { } found)
                    {
                        return null;
                    }

                    tokens.Add((Kind.Class, (char)classes.Count));
                    classes.Add(found);
                    break;
                case '\\' when i + 1 < pattern.Length:
                    tokens.Add((Kind.Character, pattern[++i]));
                    break;
                default:
                    tokens.Add((Kind.Character, pattern[i]));
                    break;
            }
        }

        return new Glob(tokens, classes);
    }

    /// <summary>Whether the whole path matches.</summary>
    public bool IsMatch(string path)
    {
        if (path.Length < _shortest || !path.EndsWith(_end, StringComparison.Ordinal))
        {
            return false;
        }

        var words = (_kinds.Length / WordBits) + 1;
        Span<ulong> current = words <= StackWords ? stackalloc ulong[StackWords] : new ulong[words];
        Span<ulong> next = words <= StackWords ? stackalloc ulong[StackWords] : new ulong[words];
        current = current[..words];
        next = next[..words];
        Enter(current, 0);
        foreach (var character in path)
        {
            next.Clear();
            if (!Step(current, next, character))
            {
                return false;
            }

            var reached = next;
            next = current;
            current = reached;
        }

        return (current[^1] & (1UL << (_kinds.Length % WordBits))) != 0;
    }

    // False where no place is left.
    private bool Step(ReadOnlySpan<ulong> current, Span<ulong> next, char character)
    {
        var isAlive = false;
        for (var word = 0; word < current.Length; word++)
        {
            for (var bits = current[word]; bits != 0; bits &= bits - 1)
            {
                var place = (word * WordBits) + BitOperations.TrailingZeroCount(bits);
                if (place < _kinds.Length)
                {
                    isAlive |= Step(next, place, character);
                }
            }
        }

        return isAlive;
    }

    private bool Step(Span<ulong> next, int place, char character)
    {
        switch (_kinds[place])
        {
            case Kind.Character when _characters[place] == character:
            case Kind.NotSlash when character != '/':
            case Kind.Class when _classes[_characters[place]].Contains(character):
                Enter(next, place + 1);
                return true;
            case Kind.Name when character != '/':
            case Kind.Any:
                Enter(next, place);
                return true;
            case Kind.Directories:
                next[place / WordBits] |= 1UL << (place % WordBits);
                if (character == '/')
                {
                    Enter(next, place + 1);
                }

                return true;
            default:
                return false;
        }
    }

    // A place, and those behind it that are reached without a character.
    private void Enter(Span<ulong> places, int place)
    {
        while (true)
        {
            places[place / WordBits] |= 1UL << (place % WordBits);
            if (place == _kinds.Length || _kinds[place] is not (Kind.Name or Kind.Any or Kind.Skip))
            {
                return;
            }

            if (_kinds[place++] == Kind.Skip)
            {
                places[place / WordBits] |= 1UL << (place % WordBits);
                place++;
            }
        }
    }
}
