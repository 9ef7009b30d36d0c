using System.Buffers.Text;

namespace Cofferdam.Secrets.Nested;

/// <summary>Records of a pax header: <c>length key=value\n</c>.</summary>
internal static class PaxText
{
    /// <summary>The last value of a key; null when there is none.</summary>
    internal static byte[]? Find(ReadOnlySpan<byte> records, ReadOnlySpan<byte> key)
    {
        byte[]? value = null;
        while (Utf8Parser.TryParse(records, out int length, out var digits) && length > digits + 1 && length <= records.Length)
        {
            var record = records[(digits + 1)..length].TrimEnd((byte)'\n');
            var equals = record.IndexOf((byte)'=');
            if (equals > 0 && record[..equals].SequenceEqual(key))
            {
                value = record[(equals + 1)..].ToArray();
            }

            records = records[length..];
        }

        return value;
    }
}
