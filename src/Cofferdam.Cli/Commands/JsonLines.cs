using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cofferdam.Cli.Commands;

/// <summary>JSON that commands print.</summary>
internal static class JsonLines
{
    /// <summary>The text of what is written.</summary>
    public static string Format(bool indented, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Whether a <c>--format</c> asks for JSON; throws <see cref="UsageException"/> for what is not known.</summary>
    public static bool IsWanted(string? format) => format switch
    {
        null or "table" => false,
        "json" => true,
        _ => throw new UsageException($"unknown format {Model.Quote.Text(format)}") { Hint = "it is table or json" },
    };
}
