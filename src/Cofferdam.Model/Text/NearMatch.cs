namespace Cofferdam.Model;

/// <summary>Finds what a mistyped word was probably meant to be.</summary>
public static class NearMatch
{
    /// <summary>The candidate nearest to <paramref name="word"/> by edit distance, letter case ignored; null when none is near or one is equal.</summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        // BuildKit util/suggest: at most three edits, and fewer than half of a short word.
        var limit = Math.Min(3, Math.Max(1, word.Length / 2));
        string? best = null;
        foreach (var candidate in candidates)
        {
            if (string.Equals(candidate, word, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            var distance = Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance <= limit && (best is null || distance < Distance(word.ToUpperInvariant(), best.ToUpperInvariant())))
            {
                best = candidate;
            }
        }

        return best;
    }

    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
