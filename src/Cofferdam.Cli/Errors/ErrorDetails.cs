using System.Collections.Immutable;
using System.Text.Json;
using Cofferdam.Model;
using Grpc.Core;
using RpcStatus = Cofferdam.Protocol.Rpc.Status;

namespace Cofferdam.Cli.Errors;

/// <summary>What a daemon's error says besides its message.</summary>
internal sealed record ErrorDetails
{
    private const string SourceType = "github.com/moby/buildkit/errdefs.Source+json";
    private const string VertexType = "github.com/moby/buildkit/errdefs.Vertex+json";
    private const string HintType = "github.com/cofferdam/hint+json";

    /// <summary>What is known of an error that came without details.</summary>
    public static ErrorDetails None { get; } = new();

    /// <summary>The places in the Dockerfile that the error lies at.</summary>
    public IReadOnlyList<SourceLocation> Locations { get; init; } = [];

    /// <summary>The digest of the step that failed.</summary>
    public string? Vertex { get; init; }

    /// <summary>What the user can do about it.</summary>
    public string? Hint { get; init; }

    /// <summary>Reads the details that a call's trailers carry; what cannot be read is left out.</summary>
    public static ErrorDetails Of(RpcException exception)
    {
        var entry = exception.Trailers.FirstOrDefault(trailer => trailer.Key == "grpc-status-details-bin");
        if (entry is null)
        {
            return None;
        }

        try
        {
            return Of(RpcStatus.Parser.ParseFrom(entry.ValueBytes));
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return None;
        }
    }

    /// <summary>Reads the details of a status; each is JSON under the name of a Go type (BuildKit's typeurl).</summary>
    public static ErrorDetails Of(RpcStatus status)
    {
        var locations = new List<SourceLocation>();
        string? vertex = null;
        string? hint = null;
        foreach (var detail in status.Details)
        {
            try
            {
                using var document = JsonDocument.Parse(detail.Value.Memory);
                switch (detail.TypeUrl)
                {
                    case SourceType when ReadSource(document.RootElement) is { } location:
                        locations.Add(location);
                        break;
                    case VertexType:
                        vertex = Text(document.RootElement, "digest");
                        break;
                    case HintType:
                        hint = Text(document.RootElement, "hint");
                        break;
                }
            }
            catch (JsonException)
            {
                // Only the excerpt is lost.
            }
        }

        return new ErrorDetails { Locations = locations, Vertex = vertex, Hint = hint };
    }

    private static SourceLocation? ReadSource(JsonElement source)
    {
        if (!source.TryGetProperty("info", out var info) || Text(info, "data") is not { } data)
        {
            return null;
        }

        var ranges = ImmutableArray.CreateBuilder<LineRange>();
        if (source.TryGetProperty("ranges", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var range in list.EnumerateArray())
            {
                var start = Line(range, "start");
                ranges.Add(new LineRange(start, Math.Max(start, Line(range, "end"))));
            }
        }

        var text = new byte[data.Length];
        return Convert.TryFromBase64String(data, text, out var length)
            ? new SourceLocation(Text(info, "filename") ?? "Dockerfile", text.AsMemory(0, length), ranges.ToImmutable())
            : null;
    }

    private static int Line(JsonElement range, string name) =>
        range.TryGetProperty(name, out var position) && position.TryGetProperty("line", out var line) && line.TryGetInt32(out var number) ? number : 0;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
