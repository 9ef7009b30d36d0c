namespace Cofferdam.Dockerfile;

/// <summary>Finds the variable that a wrong name was probably meant to be, as BuildKit does: fewer than three edits, letter case counts.</summary>
internal static class VariableSuggestion
{
    private const int Limit = 3;

    // A guess is worth little among so many, and must not cost more than what it is a guess about.
    private const int MaxCandidates = 1000;

    public static string? Find(string name, IEnumerable<string> known)
    {
        var (best, nearest) = (default(string), Limit);
        foreach (var candidate in known.Take(MaxCandidates))
        {
            if (candidate == name)
            {
                return null;
            }

            if (Distance(name, candidate) is var distance && distance < nearest)
            {
                (best, nearest) = (candidate, distance);
            }
        }

        return best;
    }

    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) >= Limit)
        {
            return Limit;
        }

        Span<int> previous = right.Length < 256 ? stackalloc int[right.Length + 1] : new int[right.Length + 1];
        Span<int> current = right.Length < 256 ? stackalloc int[right.Length + 1] : new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            var filled = current;
            current = previous;
            previous = filled;
        }

        return previous[right.Length];
    }
}
