using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Cli.Parsing;

/// <summary>Values of the form <c>key=value,key=value</c>, with fields quoted as in CSV (RFC 4180).</summary>
internal static class CsvFields
{
    /// <summary>The fields of a value; throws <see cref="UsageException"/> when a quote is not closed.</summary>
    public static List<string> Split(string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"' && (quoted || field.Length == 0))
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        if (quoted)
        {
            throw new UsageException($"invalid value {Quote.Text(text)}: a quote is not closed");
        }

        fields.Add(field.ToString());
        return fields;
    }

    /// <summary>The key, in lower case, and the value of a field; throws <see cref="UsageException"/> when it has no <c>=</c>.</summary>
    public static (string Key, string Value) Pair(string field, string flag)
    {
        var equals = field.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? (field[..equals].Trim().ToLowerInvariant(), field[(equals + 1)..])
            : throw new UsageException($"invalid field {Quote.Text(field)} of {Quote.Text(flag)}: it must be a key=value pair");
    }

    /// <summary>One CSV record of several fields.</summary>
    public static string Join(IEnumerable<string> fields) => string.Join(',', fields.Select(static field =>
        field.AsSpan().ContainsAny(",\"\n") ? "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : field));
}
