using System.Globalization;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Cli.Errors;

/// <summary>The lines of a Dockerfile around an error, the wrong ones marked.</summary>
internal static class SourceExcerpt
{
    // As many lines around as BuildKit shows.
    private const int Padding = 2;

    /// <summary>The excerpt, with a final line break; empty when the location names no line.</summary>
    public static string Of(SourceLocation location)
    {
        var ranges = location.Ranges.Where(range => range.Start > 0).ToList();
        var lines = Encoding.UTF8.GetString(location.Text.Span).Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (ranges.Count == 0 || ranges.Min(range => range.Start) > lines.Count)
        {
            return string.Empty;
        }

        var first = Math.Max(1, ranges.Min(range => range.Start) - Padding);
        var last = Math.Min(lines.Count, ranges.Max(range => range.End) + Padding);
        if (last == lines.Count && lines[^1].Length == 0 && last > ranges.Max(range => range.End))
        {
            last--;
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{location.FileName}:{ranges.Min(range => range.Start)}\n--------------------\n");
        for (var number = first; number <= last; number++)
        {
            var mark = ranges.Any(range => range.Start <= number && number <= range.End) ? ">>>" : "   ";
            text.Append(string.Create(CultureInfo.InvariantCulture, $" {number,3} | {mark} {lines[number - 1]}").TrimEnd()).Append('\n');
        }

        return text.Append("--------------------\n").ToString();
    }
}
