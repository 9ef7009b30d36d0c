using System.Globalization;
using System.Text.RegularExpressions;

namespace Cofferdam.Model;

/// <summary>Sizes as people write them, such as <c>64m</c>, in powers of 1024.</summary>
public static partial class ByteSize
{
    /// <summary>The bytes of a size; null when it is none.</summary>
    public static long? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success || !decimal.TryParse(match.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var power = match.Groups[2].Length == 0 ? 0 : "kmgtp".IndexOf(char.ToLowerInvariant(match.Groups[2].Value[0]), StringComparison.Ordinal) + 1;
        var factor = (decimal)(1L << (10 * power));
        return number > long.MaxValue / factor ? null : (long)(number * factor);
    }

    [GeneratedRegex(@"^(\d+(?:\.\d+)?) ?([kmgtpKMGTP])?i?[bB]?\z")]
    private static partial Regex Pattern();
}
