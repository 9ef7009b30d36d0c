using System.Globalization;
using System.Text;

namespace Cofferdam.Model;

/// <summary>Quotes text for messages and for history strings as Go's <c>%q</c> does.</summary>
public static class Quote
{
    /// <summary>The text in double quotes with control characters, quotes and backslashes escaped.</summary>
    public static string Text(string? text)
    {
        var builder = new StringBuilder("\"");
        foreach (var rune in (text ?? string.Empty).EnumerateRunes())
        {
            builder.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                < 0x20 or 0x7f => "\\x" + rune.Value.ToString("x2", CultureInfo.InvariantCulture),
                _ => rune.ToString(),
            });
        }

        return builder.Append('"').ToString();
    }
}
