using System.CommandLine;
using System.Text.Json;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Images;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer inspect</c>.</summary>
internal sealed class InspectCommand : CofferCommand
{
    private readonly Argument<string[]> _images;
    private readonly Option<string?> _platform;

    /// <summary>Makes the command.</summary>
    public InspectCommand()
        : base("inspect", "Show all that is known of images, as JSON")
    {
        _images = Rest("IMAGE", "Names or digests", atLeastOne: true);
        _platform = One("--platform", null, "OS/ARCH", "Platform of the image");
        Examples = ["coffer inspect app | jq -r '.[0].Config.Env[]'"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        await using var connection = await context.ConnectAsync(cancellationToken);
        var client = new Images.ImagesClient(connection.Invoker);
        var responses = new List<InspectImageResponse>();
        foreach (var reference in parse.GetValue(_images)!)
        {
            var request = new InspectImageRequest { Reference = reference, Platform = parse.GetValue(_platform) ?? string.Empty };
            responses.Add(await client.InspectAsync(request, cancellationToken: cancellationToken));
        }

        await context.Console.Output.WriteLineAsync(JsonLines.Format(indented: true, json =>
        {
            json.WriteStartArray();
            responses.ForEach(response => Write(json, response));
            json.WriteEndArray();
        }));
        return 0;
    }

    private static void Write(Utf8JsonWriter json, InspectImageResponse response)
    {
        using var config = JsonDocument.Parse(response.Config.Memory);
        using var manifest = JsonDocument.Parse(response.Manifest.Memory);
        var names = response.Image.Names.Select(ImageNames.Split).ToList();
        json.WriteStartObject();
        json.WriteString("Id", response.Image.ConfigDigest);
        json.WriteString("Digest", response.Image.Digest);
        WriteList(json, "RepoTags", names.Select(name => $"{name.Repository}:{name.Tag}"));
        WriteList(json, "RepoDigests", names.Select(name => $"{name.Repository}@{response.Image.Digest}").Distinct());
        WriteList(json, "Platforms", response.Image.Platforms);
        Copy(json, "Created", config.RootElement, "created");
        Copy(json, "Architecture", config.RootElement, "architecture");
        Copy(json, "Os", config.RootElement, "os");
        json.WriteNumber("Size", response.Image.Size);
        Copy(json, "Config", config.RootElement, "config");
        Copy(json, "RootFS", config.RootElement, "rootfs");
        Copy(json, "History", config.RootElement, "history");
        json.WritePropertyName("Manifest");
        manifest.RootElement.WriteTo(json);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        items.ToList().ForEach(json.WriteStringValue);
        json.WriteEndArray();
    }

    private static void Copy(Utf8JsonWriter json, string name, JsonElement source, string member)
    {
        if (source.ValueKind == JsonValueKind.Object && source.TryGetProperty(member, out var value))
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
