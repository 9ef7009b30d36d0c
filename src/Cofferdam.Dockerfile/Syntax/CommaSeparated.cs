using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Fields between commas, as one line of CSV (RFC 4180).</summary>
internal static class CommaSeparated
{
    public static List<string> Split(string text)
    {
        var fields = new List<string>();
        for (var position = 0; position <= text.Length; position++)
        {
            fields.Add(position < text.Length && text[position] == '"' ? ReadQuoted(text, ref position) : ReadPlain(text, ref position));
        }

        return fields;
    }

    private static string ReadPlain(string text, ref int position)
    {
        var end = text.IndexOf(',', position) is >= 0 and var comma ? comma : text.Length;
        var field = text[position..end];
        position = end;
        return field.Contains('"', StringComparison.Ordinal) ? throw Error(text, "a quote stands in a field that is not quoted") : field;
    }

    private static string ReadQuoted(string text, ref int position)
    {
        var field = new StringBuilder();
        for (position++; position < text.Length; position++)
        {
            if (text[position] != '"')
            {
                field.Append(text[position]);
            }
            else if (position + 1 < text.Length && text[position + 1] == '"')
            {
                field.Append('"');
                position++;
            }
            else
            {
                position++;
                return position == text.Length || text[position] == ',' ? field.ToString() : throw Error(text, "text follows a quoted field");
            }
        }

        throw Error(text, "a quote is not closed");
    }

    private static CofferdamException Error(string text, string why) => DockerfileError.Meaning($"failed to parse comma-separated fields {Quote.Text(text)}: {why}", "quote a whole field, from before its key to behind its value, and write a quote in it twice");
}
