using System.Globalization;
using System.Text.RegularExpressions;
using Cofferdam.Model;

namespace Cofferdam.Cli.Parsing;

/// <summary>Lengths of time as Go writes them: <c>1h30m</c>, <c>90s</c>, <c>500ms</c>; days as <c>7d</c> before them besides.</summary>
internal static partial class DurationText
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Reads a length of time; throws <see cref="UsageException"/>.</summary>
    public static TimeSpan Parse(string text)
    {
        var trimmed = text.Trim();
        var days = Days().Match(trimmed);
        var rest = days.Success && days.Length == trimmed.Length ? "0" : trimmed[days.Length..];
        if (!GoDuration.TryParse(rest, out var nanoseconds) || nanoseconds < 0)
        {
            throw new UsageException($"invalid duration {Quote.Text(text)}") { Hint = "write it as 90s, 30m or 1h30m" };
        }

        return TimeSpan.FromDays(days.Success ? int.Parse(days.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0) + TimeSpan.FromTicks(nanoseconds / NanosecondsPerTick);
    }

    [GeneratedRegex(@"^(\d{1,5})d")]
    private static partial Regex Days();
}
