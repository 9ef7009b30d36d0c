using System.CommandLine;
using System.Text.Json;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Terminal;
using Cofferdam.Protocol.Images;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer history</c>.</summary>
internal sealed class HistoryCommand : CofferCommand
{
    private const int ShownCommand = 45;
    private readonly Argument<string> _image;
    private readonly Option<bool> _noTrunc;
    private readonly Option<string?> _format;
    private readonly Option<string?> _platform;

    /// <summary>Makes the command.</summary>
    public HistoryCommand()
        : base("history", "Show how an image was made")
    {
        _image = Required("IMAGE", "Name or digest");
        _noTrunc = Flag("--no-trunc", null, "Show whole commands");
        _format = One("--format", null, "FORMAT", "table or json");
        _platform = One("--platform", null, "OS/ARCH", "Platform of the image");
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var json = JsonLines.IsWanted(parse.GetValue(_format));
        await using var connection = await context.ConnectAsync(cancellationToken);
        var request = new InspectImageRequest { Reference = parse.GetValue(_image)!, Platform = parse.GetValue(_platform) ?? string.Empty };
        var response = await new Images.ImagesClient(connection.Invoker).InspectAsync(request, cancellationToken: cancellationToken);
        var rows = ReadRows(response);
        rows.Reverse();
        var table = new TextTable("IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT");
        var now = context.Console.Time.GetUtcNow();
        for (var i = 0; i < rows.Count; i++)
        {
            var (created, by, size, comment) = rows[i];
            if (json)
            {
                await context.Console.Output.WriteLineAsync(ToJson(rows[i]));
                continue;
            }

            var id = i == 0 ? ImageNames.Short(response.Image.ConfigDigest) : "<missing>";
            var command = by.ReplaceLineEndings(" ");
            var shown = parse.GetValue(_noTrunc) || command.Length <= ShownCommand ? command : command[..(ShownCommand - 1)] + "…";
            table.Add(id, Age.Describe(created, now), shown, ByteCount.Format(size), comment);
        }

        if (!json)
        {
            table.Write(context.Console.Output);
        }

        return 0;
    }

    private static List<(DateTimeOffset? Created, string By, long Size, string Comment)> ReadRows(InspectImageResponse response)
    {
        using var config = JsonDocument.Parse(response.Config.Memory);
        var rows = new List<(DateTimeOffset?, string, long, string)>();
        var layer = 0;
        if (!config.RootElement.TryGetProperty("history", out var history))
        {
            return rows;
        }

        foreach (var entry in history.EnumerateArray())
        {
            var isEmpty = entry.TryGetProperty("empty_layer", out var empty) && empty.ValueKind == JsonValueKind.True;
            var size = isEmpty || layer >= response.LayerSizes.Count ? 0 : response.LayerSizes[layer++];
            var created = entry.TryGetProperty("created", out var time) && time.TryGetDateTimeOffset(out var value) ? value : (DateTimeOffset?)null;
            rows.Add((created, Text(entry, "created_by"), size, Text(entry, "comment")));
        }

        return rows;
    }

    private static string ToJson((DateTimeOffset? Created, string By, long Size, string Comment) row) => JsonLines.Format(indented: false, json =>
    {
        json.WriteStartObject();
        json.WriteString("CreatedAt", row.Created?.ToString("O"));
        json.WriteString("CreatedBy", row.By);
        json.WriteNumber("Size", row.Size);
        json.WriteString("Comment", row.Comment);
        json.WriteEndObject();
    });

    private static string Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() ?? string.Empty : string.Empty;
}
