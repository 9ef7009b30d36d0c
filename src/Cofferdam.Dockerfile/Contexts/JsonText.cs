using System.Text;
using System.Text.Json;

namespace Cofferdam.Dockerfile;

/// <summary>Writes JSON as Go does.</summary>
internal static class JsonText
{
    public static byte[] Write(Action<Utf8JsonWriter> write, bool isIndented = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = GoJsonEncoder.Instance, Indented = isIndented, NewLine = "\n" }))
        {
            write(writer);
        }

        return buffer.ToArray();
    }

    /// <summary>An array of texts.</summary>
    public static string Array(IEnumerable<string> items) => Encoding.UTF8.GetString(Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }));
}
