using System.Globalization;
using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Shows lines of a text with some around them, as BuildKit does.</summary>
internal static class LineExcerpt
{
    private const string Rule = "--------------------\n";

    public static string Write(SourceText source, LineRange range)
    {
        var lines = source.Text.Split('\n');
        var (start, end) = (range.Start, Math.Min(range.End, lines.Length));
        if (start < 1 || start > lines.Length)
        {
            return string.Empty;
        }

        var text = new StringBuilder($"{source.FileName}:{range.Start}\n").Append(Rule);
        for (var padding = end == start ? 4 : 2; padding > 0; padding--)
        {
            if (start > 1)
            {
                start--;
                padding--;
            }

            if (end != lines.Length)
            {
                end++;
                padding--;
            }
        }

        for (var line = start; line <= end; line++)
        {
            var mark = line >= range.Start && line <= range.End ? ">>>" : "   ";
            text.Append(CultureInfo.InvariantCulture, $" {line,3} | {mark} {lines[line - 1].TrimEnd('\r')}\n");
        }

        return text.Append(Rule).ToString();
    }
}
