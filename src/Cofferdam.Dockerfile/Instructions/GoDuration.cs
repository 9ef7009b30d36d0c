using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Times as Go writes them, such as <c>1m30s</c>, in nanoseconds.</summary>
public static partial class GoDuration
{
    /// <summary>Reads a time; false where it is none.</summary>
    public static bool TryParse(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var isNegative = text.StartsWith('-');
        var rest = text.TrimStart('-', '+');
        if (rest == "0")
        {
            return true;
        }

        if (text.Length - rest.Length > 1 || !Whole().IsMatch(rest))
        {
            return false;
        }

        var sum = 0m;
        foreach (Match part in Part().Matches(rest))
        {
            if (!decimal.TryParse(part.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue)
            {
                return false;
            }

            sum += number * part.Groups[2].Value switch { "ns" => 1m, "us" or "µs" or "μs" => 1e3m, "ms" => 1e6m, "s" => 1e9m, "m" => 60e9m, _ => 3600e9m };
        }

        if (sum > long.MaxValue)
        {
            return false;
        }

        nanoseconds = (long)(isNegative ? -sum : sum);
        return true;
    }

    /// <summary>What Go says of a text that <see cref="TryParse"/> doesn't take.</summary>
    public static string Refuse(string text) => NumberAlone().Match(text) switch
    {
        { Success: true } match when match.Groups[1].Length == 0 => $"time: missing unit in duration {Quote.Text(text)}",
        { Success: true } match => $"time: unknown unit {Quote.Text(match.Groups[1].Value)} in duration {Quote.Text(text)}",
        _ => $"time: invalid duration {Quote.Text(text)}",
    };

    /// <summary>As Go writes it.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }

        if (nanoseconds < 1_000_000_000)
        {
            return nanoseconds switch
            {
                < 1_000 => $"{nanoseconds}ns",
                < 1_000_000 => Number(nanoseconds / 1e3m) + "µs",
                _ => Number(nanoseconds / 1e6m) + "ms",
            };
        }

        var seconds = nanoseconds / 1_000_000_000;
        var text = new StringBuilder();
        if (seconds >= 3600)
        {
            text.Append(seconds / 3600).Append('h');
        }

        if (seconds >= 60)
        {
            text.Append(seconds / 60 % 60).Append('m');
        }

        return text.Append(Number((seconds % 60) + ((nanoseconds % 1_000_000_000) / 1e9m))).Append('s').ToString();
    }

    private static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+\z")]
    private static partial Regex Whole();

    // Up to the first number with no unit that is known.
    [GeneratedRegex(@"^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?=[\d.]))*(?:\d+\.?\d*|\.\d+)(?!(?:ns|us|µs|μs|ms|s|m|h)(?:[\d.]|\z))([^\d.]*)")]
    private static partial Regex NumberAlone();

    [GeneratedRegex(@"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")]
    private static partial Regex Part();
}
