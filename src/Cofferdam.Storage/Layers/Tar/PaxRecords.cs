using System.Globalization;
using System.Text;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>The records of a PAX header: <c>length key=value</c> lines whose values are bytes.</summary>
internal static class PaxRecords
{
    internal const string XattrPrefix = "SCHILY.xattr.";

    /// <summary>Reads records in order; a key may be there more than once.</summary>
    internal static List<KeyValuePair<string, byte[]>> Parse(ReadOnlySpan<byte> data)
    {
        var records = new List<KeyValuePair<string, byte[]>>();
        while (!data.TrimStart((byte)0).IsEmpty)
        {
            var space = data.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(data[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1 || length > data.Length || data[length - 1] != '\n')
            {
                throw Damaged();
            }

            var record = data[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw Damaged();
            }

            records.Add(new(PathBytes.Decode(record[..equals]), record[(equals + 1)..].ToArray()));
            data = data[length..];
        }

        return records;
    }

    /// <summary>Writes one record.</summary>
    internal static void Append(List<byte> output, string key, ReadOnlySpan<byte> value)
    {
        var keyBytes = PathBytes.Encode(key);

        // The length counts its own digits.
        var length = keyBytes.Length + value.Length + 3;
        var total = length + Digits(length);
        total = length + Digits(total);
        output.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{total} ")));
        output.AddRange(keyBytes);
        output.Add((byte)'=');
        output.AddRange(value);
        output.Add((byte)'\n');
    }

    /// <summary>Seconds with a decimal fraction, which may be negative.</summary>
    internal static FileTime ParseTime(ReadOnlySpan<byte> value)
    {
        var negative = value.StartsWith("-"u8);
        var point = value.IndexOf((byte)'.');
        var whole = point < 0 ? value : value[..point];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            throw Damaged();
        }

        var nanoseconds = 0L;
        var fraction = point < 0 ? [] : value[(point + 1)..];
        for (var i = 0; i < 9; i++)
        {
            var digit = i < fraction.Length ? fraction[i] - '0' : 0;
            nanoseconds = digit is >= 0 and <= 9 ? (nanoseconds * 10) + digit : throw Damaged();
        }

        return negative && nanoseconds > 0 ? new FileTime(seconds - 1, (uint)(1_000_000_000 - nanoseconds)) : new FileTime(seconds, (uint)nanoseconds);
    }

    internal static string FormatTime(FileTime time)
    {
        var (seconds, nanoseconds) = (time.Seconds, time.Nanoseconds);
        var sign = "";
        if (seconds < 0)
        {
            sign = "-";
            (seconds, nanoseconds) = nanoseconds > 0 ? (-(seconds + 1), 1_000_000_000 - nanoseconds) : (-seconds, 0);
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}");
        return nanoseconds == 0 ? text : text + "." + nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    internal static long ParseNumber(ReadOnlySpan<byte> value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Damaged();

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static InvalidInputException Damaged() => new("read a tar archive: a PAX header is damaged");
}
