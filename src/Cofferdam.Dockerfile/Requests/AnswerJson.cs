using System.Text.Json;

namespace Cofferdam.Dockerfile;

/// <summary>Parts that answers share.</summary>
internal static class AnswerJson
{
    public static void WriteLocation(Utf8JsonWriter writer, IEnumerable<LineRange> lines)
    {
        writer.WriteStartObject("location");
        var ranges = lines.ToList();
        if (ranges.Count == 0)
        {
            writer.WriteEndObject();
            return;
        }

        writer.WriteStartArray("ranges");
        foreach (var range in ranges)
        {
            writer.WriteStartObject();
            WritePosition(writer, "start", range.Start);
            WritePosition(writer, "end", range.End);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            writer.WriteString(name, text);
        }
    }

    private static void WritePosition(Utf8JsonWriter writer, string name, int line)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("line", line);
        writer.WriteEndObject();
    }
}
