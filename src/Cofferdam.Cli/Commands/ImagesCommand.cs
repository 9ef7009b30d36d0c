using System.CommandLine;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Terminal;
using Cofferdam.Protocol.Images;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer images</c>.</summary>
internal sealed class ImagesCommand : CofferCommand
{
    private readonly Argument<string?> _filter;
    private readonly Option<bool> _quiet;
    private readonly Option<bool> _noTrunc;
    private readonly Option<string?> _format;

    /// <summary>Makes the command.</summary>
    public ImagesCommand()
        : base("images", "List images")
    {
        Aliases.Add("ls");
        _filter = Optional("NAME", "Only images whose name contains this");
        _quiet = Flag("--quiet", "-q", "Show only digests");
        _noTrunc = Flag("--no-trunc", null, "Show whole digests");
        _format = One("--format", null, "FORMAT", "table or json");
        Examples = ["coffer images", "coffer images --format json | jq -r .Digest"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var json = JsonLines.IsWanted(parse.GetValue(_format));
        await using var connection = await context.ConnectAsync(cancellationToken);
        var request = new ListImagesRequest { Filter = parse.GetValue(_filter) ?? string.Empty };
        var response = await new Images.ImagesClient(connection.Invoker).ListAsync(request, cancellationToken: cancellationToken);
        var console = context.Console;
        var whole = parse.GetValue(_noTrunc);
        if (parse.GetValue(_quiet))
        {
            foreach (var digest in response.Images.Select(image => image.ConfigDigest).Distinct())
            {
                await console.Output.WriteLineAsync(whole ? digest : ImageNames.Short(digest));
            }

            return 0;
        }

        var now = console.Time.GetUtcNow();
        var rows = response.Images.SelectMany(image => Rows(image, whole, now)).ToList();
        if (json)
        {
            rows.ForEach(row => console.Output.WriteLine(row.Json));
            return 0;
        }

        var table = new TextTable("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE");
        rows.ForEach(row => table.Add(row.Cells));
        table.Write(console.Output);
        return 0;
    }

    private static IEnumerable<(string[] Cells, string Json)> Rows(Image image, bool whole, DateTimeOffset now)
    {
        var created = image.Created?.ToDateTimeOffset();
        foreach (var name in image.Names.Count == 0 ? [string.Empty] : image.Names.AsEnumerable())
        {
            var (repository, tag) = ImageNames.Split(name);
            var id = whole ? image.ConfigDigest : ImageNames.Short(image.ConfigDigest);
            string[] cells = [repository, tag, id, Age.Describe(created, now), ByteCount.Format(image.Size)];
            yield return (cells, JsonLines.Format(indented: false, json =>
            {
                json.WriteStartObject();
                json.WriteString("Repository", repository);
                json.WriteString("Tag", tag);
                json.WriteString("ID", id);
                json.WriteString("Digest", image.Digest);
                json.WriteString("CreatedAt", created?.ToString("O"));
                json.WriteString("CreatedSince", cells[3]);
                json.WriteString("Size", cells[4]);
                json.WriteNumber("Bytes", image.Size);
                json.WriteStartArray("Platforms");
                image.Platforms.ToList().ForEach(json.WriteStringValue);
                json.WriteEndArray();
                json.WriteEndObject();
            }));
        }
    }
}
