namespace Cofferdam.Secrets.Search;

/// <summary>From patterns found to matches that are told.</summary>
internal static class MatchList
{
    /// <summary>In the order of the stream; of overlapping matches of a secret the longest, of these the first in the list of encodings.</summary>
    internal static List<SecretMatch> Of(PatternTable table, IReadOnlyList<FoundPattern> found)
    {
        var matches = new List<SecretMatch>();
        foreach (var secret in found.GroupBy(one => table[one.Pattern].SecretId))
        {
            FoundPattern? last = null;
            foreach (var one in secret.OrderBy(one => one.Offset).ThenByDescending(one => one.Length).ThenBy(one => one.Pattern))
            {
                if (last is { } kept && one.Offset < kept.Offset + kept.Length)
                {
                    last = one.Length > kept.Length ? one : last;
                    continue;
                }

                Add(table, last, matches);
                last = one;
            }

            Add(table, last, matches);
        }

        matches.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        return matches;
    }

    private static void Add(PatternTable table, FoundPattern? found, List<SecretMatch> matches)
    {
        if (found is { } one)
        {
            var pattern = table[one.Pattern];
            matches.Add(new SecretMatch(pattern.SecretId, pattern.Form, pattern.Encoding, one.Offset, one.Length));
        }
    }
}
