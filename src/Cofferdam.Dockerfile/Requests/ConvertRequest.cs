using System.Text.Json;
using Google.Protobuf;

namespace Cofferdam.Dockerfile;

/// <summary>Shows the graph that a Dockerfile becomes: what BuildKit's frontend answers to <c>frontend.convertllb</c>.</summary>
internal static class ConvertRequest
{
    private const string Version = "0.1.0";

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    public static async Task<FrontendResult> RunAsync(FrontendRun run, CancellationToken cancellationToken)
    {
        var context = run.CreateContext(run.Parse(), run.Options.Platforms is [var first, ..] ? first : null, run.Warn);
        var target = await DockerfileLowering.RunAsync(context, cancellationToken);
        var definition = (await DockerfileLowering.FinishAsync(context, target.Stage, cancellationToken)).Definition;
        var json = JsonText.Write(writer => Write(writer, definition), isIndented: true);
        return new FrontendResult
        {
            Images = [],
            Metadata = ImmutableDictionary<string, byte[]>.Empty.Add("result.json", json).Add("version", System.Text.Encoding.ASCII.GetBytes(Version)),
        };
    }

    private static void Write(Utf8JsonWriter writer, Definition definition)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("def");
        foreach (var (digest, bytes) in definition.Def.Select(bytes => (Digest.Of(bytes.Span).ToString(), bytes)).OrderBy(item => item.Item1, StringComparer.Ordinal))
        {
            writer.WritePropertyName(digest);
            Write(writer, Op.Parser.ParseFrom(bytes));
        }

        writer.WriteEndObject();
        writer.WriteStartObject("metadata");
        foreach (var (digest, metadata) in definition.Metadata.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(digest);
            Write(writer, metadata);
        }

        writer.WriteEndObject();
        writer.WritePropertyName("source");
        Write(writer, definition.Source ?? new Source());
        writer.WriteEndObject();
    }

    // As Go writes the structure of its client, which is no message.
    private static void Write(Utf8JsonWriter writer, OpMetadata metadata)
    {
        writer.WriteStartObject();
        if (metadata.IgnoreCache)
        {
            writer.WriteBoolean("ignore_cache", true);
        }

        if (metadata.Description.Count > 0)
        {
            writer.WriteStartObject("description");
            foreach (var (name, value) in metadata.Description.OrderBy(item => item.Key, StringComparer.Ordinal))
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        if (metadata.Caps.Count > 0)
        {
            writer.WriteStartObject("caps");
            foreach (var (name, value) in metadata.Caps.OrderBy(item => item.Key, StringComparer.Ordinal))
            {
                writer.WriteBoolean(name, value);
            }

            writer.WriteEndObject();
        }

        foreach (var (name, part) in new (string, IMessage?)[] { ("export_cache", metadata.ExportCache), ("progress_group", metadata.ProgressGroup), ("linux_resources", metadata.LinuxResources) })
        {
            if (part is not null)
            {
                writer.WritePropertyName(name);
                Write(writer, part);
            }
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, IMessage message)
    {
        using var document = JsonDocument.Parse(Formatter.Format(message));
        document.WriteTo(writer);
    }
}
