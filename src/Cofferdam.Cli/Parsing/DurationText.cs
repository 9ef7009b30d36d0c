using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Cli.Parsing;

/// <summary>Lengths of time as Go writes them: <c>1h30m</c>, <c>90s</c>, <c>500ms</c>; days as <c>7d</c> besides.</summary>
internal static class DurationText
{
    /// <summary>Reads a length of time; throws <see cref="UsageException"/>.</summary>
    public static TimeSpan Parse(string text)
    {
        var total = TimeSpan.Zero;
        var rest = text.AsSpan().Trim();
        if (rest is "0")
        {
            return total;
        }

        var any = false;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            {
                throw Invalid(text);
            }

            rest = rest[digits..];
            var end = rest.IndexOfAny("0123456789.");
            var unit = end < 0 ? rest : rest[..end];
            total += unit switch
            {
                "d" => TimeSpan.FromDays(value),
                "h" => TimeSpan.FromHours(value),
                "m" => TimeSpan.FromMinutes(value),
                "s" => TimeSpan.FromSeconds(value),
                "ms" => TimeSpan.FromMilliseconds(value),
                _ => throw Invalid(text),
            };
            rest = rest[unit.Length..];
            any = true;
        }

        return any ? total : throw Invalid(text);
    }

    private static UsageException Invalid(string text) => new($"invalid duration {Quote.Text(text)}") { Hint = "write it as 90s, 30m or 1h30m" };
}
