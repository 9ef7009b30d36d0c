using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cofferdam.Cli.Progress;

/// <summary>Numbers and lines as progress shows them.</summary>
internal static partial class ProgressText
{
    /// <summary>Seconds with one digit.</summary>
    public static string Seconds(double seconds) => Math.Max(0, seconds).ToString("0.0", CultureInfo.InvariantCulture) + "s";

    /// <summary>Bytes with a decimal unit and two digits (go-units' form, as BuildKit's).</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        double value = bytes;
        var unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.00", CultureInfo.InvariantCulture) + units[unit];
    }

    /// <summary>A line without what would move the cursor: what was overwritten after a carriage return, escape sequences, other controls.</summary>
    public static string ForTerminal(string line)
    {
        var text = line.TrimEnd('\r');
        text = text[(text.LastIndexOf('\r') + 1)..];
        text = EscapeSequence().Replace(text, string.Empty).Replace("\t", "    ", StringComparison.Ordinal);
        return text.Any(char.IsControl) ? string.Concat(text.Where(c => !char.IsControl(c))) : text;
    }

    /// <summary>Columns that a text takes on a terminal.</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += WidthOf(rune);
        }

        return width;
    }

    /// <summary>A text cut to a number of columns.</summary>
    public static string Cut(string text, int columns)
    {
        if (text.Length * 2 <= columns || Width(text) <= columns)
        {
            return text;
        }

        var cut = new StringBuilder();
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += WidthOf(rune);
            if (width > columns)
            {
                break;
            }

            cut.Append(rune.ToString());
        }

        return cut.ToString();
    }

    // Unicode 16 East Asian Width, the wide blocks; marks that combine take no column.
    private static int WidthOf(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        >= 0x1100 and <= 0x115f or >= 0x2e80 and <= 0x303e or >= 0x3041 and <= 0xa4cf or >= 0xac00 and <= 0xd7a3 or >= 0xf900 and <= 0xfaff
            or >= 0xfe30 and <= 0xfe6f or >= 0xff00 and <= 0xff60 or >= 0xffe0 and <= 0xffe6 or >= 0x1f300 and <= 0x1f64f or >= 0x1f900 and <= 0x1f9ff
            or >= 0x20000 and <= 0x3fffd => 2,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0 : 1,
    };

    [GeneratedRegex(@"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")]
    private static partial Regex EscapeSequence();
}
