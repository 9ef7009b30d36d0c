namespace Cofferdam.Model;

/// <summary>Characters and ranges between brackets, as in <c>[a-z_]</c> and <c>[^0-9]</c>.</summary>
internal sealed class CharacterClass
{
    private readonly List<(char Low, char High)> _ranges = [];
    private bool _isNegated;

    /// <summary>Reads a class that begins at a position, which comes to stand on its end; null where it is none of that plain form.</summary>
    public static CharacterClass? Parse(string pattern, ref int position)
    {
        var end = pattern.IndexOf(']', position);
        if (pattern[position] != '[' || end < 0)
        {
            return null;
        }

        var text = pattern.AsSpan((position + 1)..end);
        var result = new CharacterClass { _isNegated = text.StartsWith("^") };
        text = result._isNegated ? text[1..] : text;
        if (text.IsEmpty || text.ContainsAny("[]^*?\\"))
        {
            return null;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var isRange = i + 2 < text.Length && text[i + 1] == '-';
            var (low, high) = (text[i], isRange ? text[i + 2] : text[i]);
            if (low == '-' || high == '-' || low > high)
            {
                return null;
            }

            result._ranges.Add((low, high));
            i += isRange ? 2 : 0;
        }

        position = end;
        return result;
    }

    public bool Contains(char character)
    {
        foreach (var (low, high) in _ranges)
        {
            if (low <= character && character <= high)
            {
                return !_isNegated;
            }
        }

        return _isNegated;
    }
}
