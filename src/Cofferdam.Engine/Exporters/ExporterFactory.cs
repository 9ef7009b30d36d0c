using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Makes exporters by type.</summary>
internal sealed class ExporterFactory(ImageExportServices images, TreeExportServices trees)
{
    private static readonly string[] Types = ["image", "oci", "docker", "local", "tar"];

    /// <summary>The exporter; throws <see cref="InvalidInputException"/> where there is none of the type.</summary>
    public IExporter Create(ExporterSpec spec) => spec.Type switch
    {
        "image" or "moby" => new ImageExporter(ImageOptionsParser.Parse(spec.Attributes), images),
        "oci" or "docker" => CreateArchive(spec),
        "local" => new LocalExporter(spec.Attributes, trees),
        "tar" => new TarExporter(spec.Attributes, trees),
        _ => throw new InvalidInputException($"exporter {Quote.Text(spec.Type)} could not be found")
        {
            Hint = NearMatch.Find(spec.Type, Types) is { } near ? $"did you mean {near}?" : "there are " + string.Join(", ", Types),
        },
    };

    private ArchiveExporter CreateArchive(ExporterSpec spec)
    {
        if (spec.Attributes.TryGetValue("tar", out var tar) && tar is "false" or "0")
        {
            throw new UnsupportedException($"output type={spec.Type},tar=false is not supported yet") { Hint = "write a tar and unpack it" };
        }

        return new ArchiveExporter(ImageOptionsParser.Parse(spec.Attributes) with { LeavesLayersUnpacked = false }, spec.Type == "docker", images);
    }
}
