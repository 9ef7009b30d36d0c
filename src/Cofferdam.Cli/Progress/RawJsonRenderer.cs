using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cofferdam.Protocol.Control;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Cli.Progress;

/// <summary>The daemon's messages as JSON, one a line, in the form of buildx's <c>--progress=rawjson</c> (BuildKit's client.SolveStatus).</summary>
internal sealed class RawJsonRenderer(TextWriter writer) : IProgressRenderer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public bool NeedsTicks => false;

    /// <inheritdoc/>
    public void Update(ProgressModel model, StatusResponse? message, DateTimeOffset now)
    {
        if (message is not null)
        {
            writer.Write(Format(message) + "\n");
        }
    }

    /// <inheritdoc/>
    public void Finish(ProgressModel model, bool succeeded, DateTimeOffset now)
    {
    }

    private static string Format(StatusResponse message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            WriteList(json, "vertexes", message.Vertexes, WriteVertex);
            WriteList(json, "statuses", message.Statuses, WriteStatus);
            WriteList(json, "logs", message.Logs, WriteLog);
            WriteList(json, "warnings", message.Warnings, WriteWarning);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteVertex(Utf8JsonWriter json, Vertex vertex)
    {
        WriteText(json, "digest", vertex.Digest);
        if (vertex.Inputs.Count > 0)
        {
            json.WriteStartArray("inputs");
            vertex.Inputs.ToList().ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }

        WriteText(json, "name", vertex.Name);
        WriteTime(json, "started", vertex.Started);
        WriteTime(json, "completed", vertex.Completed);
        if (vertex.Cached)
        {
            json.WriteBoolean("cached", true);
        }

        WriteText(json, "error", vertex.Error);
        if (vertex.ProgressGroup is { } group)
        {
            json.WriteStartObject("progressGroup");
            WriteText(json, "id", group.Id);
            WriteText(json, "name", group.Name);
            if (group.Weak)
            {
                json.WriteBoolean("weak", true);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteStatus(Utf8JsonWriter json, VertexStatus status)
    {
        json.WriteString("id", status.ID);
        WriteText(json, "vertex", status.Vertex);
        WriteText(json, "name", status.Name);
        if (status.Total != 0)
        {
            json.WriteNumber("total", status.Total);
        }

        json.WriteNumber("current", status.Current);
        WriteTime(json, "timestamp", status.Timestamp);
        WriteTime(json, "started", status.Started);
        WriteTime(json, "completed", status.Completed);
    }

    private static void WriteLog(Utf8JsonWriter json, VertexLog log)
    {
        WriteText(json, "vertex", log.Vertex);
        if (log.Stream != 0)
        {
            json.WriteNumber("stream", log.Stream);
        }

        json.WriteBase64String("data", log.Msg.Span);
        WriteTime(json, "timestamp", log.Timestamp);
    }

    private static void WriteWarning(Utf8JsonWriter json, VertexWarning warning)
    {
        WriteText(json, "vertex", warning.Vertex);
        if (warning.Level != 0)
        {
            json.WriteNumber("level", warning.Level);
        }

        json.WriteBase64String("short", warning.Short.Span);
        if (warning.Detail.Count > 0)
        {
            json.WriteStartArray("detail");
            warning.Detail.ToList().ForEach(detail => json.WriteBase64StringValue(detail.Span));
            json.WriteEndArray();
        }

        WriteText(json, "url", warning.Url);
        if (warning.Info is { } info)
        {
            json.WriteStartObject("sourceInfo");
            WriteText(json, "filename", info.Filename);
            json.WriteBase64String("data", info.Data.Span);
            WriteText(json, "language", info.Language);
            json.WriteEndObject();
        }

        WriteList(json, "range", warning.Ranges, static (writer, range) =>
        {
            WritePosition(writer, "start", range.Start);
            WritePosition(writer, "end", range.End);
        });
    }

    private static void WritePosition(Utf8JsonWriter json, string name, Protocol.Llb.Position? position)
    {
        if (position is not null)
        {
            json.WriteStartObject(name);
            json.WriteNumber("line", position.Line);
            json.WriteNumber("character", position.Character);
            json.WriteEndObject();
        }
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, RepeatedField<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, Timestamp? time)
    {
        if (time is not null)
        {
            json.WriteString(name, time.ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
