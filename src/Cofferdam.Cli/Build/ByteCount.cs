using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>Sizes as people write them: <c>64m</c> is 64 MiB, as Docker's RAM sizes are.</summary>
internal static class ByteCount
{
    /// <summary>The bytes of a size; throws <see cref="UsageException"/>.</summary>
    public static long Parse(string text, string flag) =>
        ByteSize.Parse(text.Trim()) ?? throw new UsageException($"invalid size {Quote.Text(text)} for {Quote.Text(flag)}") { Hint = "write a number of bytes, or one with a unit such as 64m or 2g" };

    /// <summary>A size with a decimal unit and three digits, as Docker shows sizes of images.</summary>
    public static string Format(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        double value = bytes;
        var unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        if (unit == 0)
        {
            return bytes.ToString(CultureInfo.InvariantCulture) + "B";
        }

        var digits = value < 10 ? "0.##" : value < 100 ? "0.#" : "0";
        return value.ToString(digits, CultureInfo.InvariantCulture) + units[unit];
    }
}
