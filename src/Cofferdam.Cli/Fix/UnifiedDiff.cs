using System.Globalization;
using System.Text;

namespace Cofferdam.Cli.Fix;

/// <summary>Writes what changed between two texts in the unified format, which <c>patch</c> reads.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The difference; empty where there is none.</summary>
    public static string Of(string oldName, string newName, string before, string after)
    {
        var (left, right) = (Split(before), Split(after));
        var edits = Compare(left, right);
        if (edits.TrueForAll(edit => edit.Mark == ' '))
        {
            return string.Empty;
        }

        var text = new StringBuilder($"--- {oldName}\n+++ {newName}\n");
        for (var start = 0; start < edits.Count;)
        {
            var first = edits.FindIndex(start, edit => edit.Mark != ' ');
            if (first < 0)
            {
                break;
            }

            var end = first;
            for (var i = first; i < edits.Count && i <= end + (2 * Context) + 1; i++)
            {
                end = edits[i].Mark == ' ' ? end : i;
            }

            AppendHunk(text, edits, Math.Max(start, first - Context), Math.Min(edits.Count - 1, end + Context));
            start = Math.Min(edits.Count, end + Context + 1);
        }

        return text.ToString();
    }

    private static void AppendHunk(StringBuilder text, List<(char Mark, string Line)> edits, int first, int last)
    {
        var (oldStart, newStart) = (edits.Take(first).Count(edit => edit.Mark != '+'), edits.Take(first).Count(edit => edit.Mark != '-'));
        var hunk = edits.GetRange(first, last - first + 1);
        var (oldCount, newCount) = (hunk.Count(edit => edit.Mark != '+'), hunk.Count(edit => edit.Mark != '-'));
        text.Append(CultureInfo.InvariantCulture, $"@@ -{oldStart + (oldCount > 0 ? 1 : 0)},{oldCount} +{newStart + (newCount > 0 ? 1 : 0)},{newCount} @@\n");
        foreach (var (mark, line) in hunk)
        {
            text.Append(mark).Append(line);
            if (!line.EndsWith('\n'))
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }

    // The longest common subsequence, by the table: Dockerfiles are short.
    private static List<(char Mark, string Line)> Compare(string[] left, string[] right)
    {
        var lengths = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
            {
                lengths[i, j] = left[i] == right[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        var edits = new List<(char, string)>();
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
            {
                edits.Add((' ', left[i++]));
                j++;
            }
            else if (j == right.Length || (i < left.Length && lengths[i + 1, j] >= lengths[i, j + 1]))
            {
                edits.Add(('-', left[i++]));
            }
            else
            {
                edits.Add(('+', right[j++]));
            }
        }

        return edits;
    }

    private static string[] Split(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var found ? found + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }
}
