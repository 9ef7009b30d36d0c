using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cofferdam.Cli.Progress;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>The file of <c>--metadata-file</c>: what the exporters answered, with values that are JSON in base64 unpacked, as buildx writes it.</summary>
internal static class MetadataFile
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of the file.</summary>
    public static string Format(IDictionary<string, string> response, string reference, IReadOnlyList<ProgressWarning> warnings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            var entries = new SortedDictionary<string, string>(response, StringComparer.Ordinal) { ["buildx.build.ref"] = "default/default/" + reference };
            foreach (var (key, value) in entries)
            {
                json.WritePropertyName(key);
                if (key != "buildx.build.ref" && TryDecode(value, out var document))
                {
                    using (document)
                    {
                        document!.RootElement.WriteTo(json);
                    }
                }
                else
                {
                    json.WriteStringValue(value);
                }
            }

            WriteWarnings(json, warnings);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes a file so that it is there whole or not at all.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var temporary = path + ".tmp" + Environment.ProcessId;
        try
        {
            await File.WriteAllTextAsync(temporary, text, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new CofferdamException(ErrorCode.System, $"write {Quote.Text(path)}: {error.Message.Replace(temporary, path, StringComparison.Ordinal).TrimEnd('.')}", error);
        }
    }

    private static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<ProgressWarning> warnings)
    {
        if (warnings.Count == 0)
        {
            return;
        }

        json.WriteStartArray("buildx.build.warnings");
        foreach (var warning in warnings)
        {
            json.WriteStartObject();
            json.WriteString("short", warning.Text);
            json.WriteString("url", warning.Url);
            json.WriteString("filename", warning.FileName);
            json.WriteNumber("line", warning.Line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static bool TryDecode(string value, out JsonDocument? document)
    {
        document = null;
        var bytes = new byte[value.Length];
        if (value.Length == 0 || !Convert.TryFromBase64String(value, bytes, out var length))
        {
            return false;
        }

        try
        {
            document = JsonDocument.Parse(bytes.AsMemory(0, length));
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.EnumerateObject().Any())
            {
                return true;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
        }

        document = null;
        return false;
    }
}
