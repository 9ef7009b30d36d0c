namespace Cofferdam.Model;

/// <summary>Finds what a mistyped word was probably meant to be.</summary>
public static class NearMatch
{
    private const int MaxDistance = 3;

    // A guess is worth little among so many, and must not cost more than what it is a guess about.
    private const int MaxCandidates = 1000;

    /// <summary>The candidate nearest to <paramref name="word"/> by edit distance, where two letters that changed places are one edit and letter case is ignored; null when none is near or one is the word itself. Only the first thousand are looked at.</summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        // BuildKit util/suggest: at most three edits, and fewer than half of a short word.
        var limit = Math.Min(MaxDistance, Math.Max(1, word.Length / 2));
        string? best = null;
        foreach (var candidate in candidates.Take(MaxCandidates))
        {
            if (candidate == word)
            {
                return null;
            }

            if (limit >= 0 && Distance(word, candidate, limit) is var distance && distance <= limit)
            {
                best = candidate;
                limit = distance - 1; // a later one must be nearer
            }
        }

        return best;
    }

    // Only the diagonal band of the table in which distances up to the limit can be.
    private static int Distance(string left, string right, int limit)
    {
        var far = limit + 1;
        if (Math.Abs(left.Length - right.Length) > limit)
        {
            return far;
        }

        Span<int> earlier = stackalloc int[(2 * MaxDistance) + 3];
        Span<int> previous = stackalloc int[(2 * MaxDistance) + 3];
        Span<int> current = stackalloc int[(2 * MaxDistance) + 3];
        earlier.Fill(far);
        previous.Fill(far);
        for (var j = 0; j <= Math.Min(limit, right.Length); j++)
        {
            previous[j + limit + 1] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current.Fill(far);
            var letter = char.ToUpperInvariant(left[i - 1]);
            for (var j = Math.Max(0, i - limit); j <= Math.Min(right.Length, i + limit); j++)
            {
                var place = j - i + limit + 1;
                var change = j == 0 ? i : previous[place] + (letter == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                current[place] = Math.Min(change, Math.Min(previous[place + 1], current[place - 1]) + 1);
                if (i > 1 && j > 1 && letter == char.ToUpperInvariant(right[j - 2]) && char.ToUpperInvariant(left[i - 2]) == char.ToUpperInvariant(right[j - 1]))
                {
                    current[place] = Math.Min(current[place], earlier[place] + 1);
                }
            }

            var free = earlier;
            earlier = previous;
            previous = current;
            current = free;
        }

        return Math.Min(far, previous[right.Length - left.Length + limit + 1]);
    }
}
