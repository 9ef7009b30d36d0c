using System.Collections.Immutable;
using System.Globalization;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Reads exporter attributes as BuildKit names them (exporter/containerimage/exptypes).</summary>
internal static class ImageOptionsParser
{
    // Known to BuildKit and without an equal here: to leave them out would make another image, or none where one was asked for.
    private static readonly string[] Unsupported = ["registry.insecure", "name-canonical", "dangling-name-prefix", "prefer-nondist-layers"];

    public static ImageOptions Parse(IReadOnlyDictionary<string, string> attributes)
    {
        if (Unsupported.FirstOrDefault(name => attributes.GetValueOrDefault(name) is { Length: > 0 } and not ("0" or "f" or "false")) is { } wanted)
        {
            throw new UnsupportedException($"exporter attribute {Quote.Text(wanted)} is not supported yet") { Hint = $"build without {wanted}" };
        }

        var options = new ImageOptions
        {
            Names = ParseNames(attributes.GetValueOrDefault("name")),
            UseOciTypes = ParseBoolean(attributes, "oci-mediatypes", true),
            Compression = ParseCompression(attributes.GetValueOrDefault("compression")),
            CompressionLevel = attributes.TryGetValue("compression-level", out var level) ? ParseInteger("compression-level", level) : null,
            ForceCompression = ParseBoolean(attributes, "force-compression", false),
            Epoch = attributes.GetValueOrDefault("source-date-epoch") is { Length: > 0 } epoch
                ? DateTimeOffset.FromUnixTimeSeconds(ParseInteger("source-date-epoch", epoch))
                : null,
            RewriteTimestamps = ParseBoolean(attributes, "rewrite-timestamp", false),
            Push = ParseBoolean(attributes, "push", false),
            PushByDigest = ParseBoolean(attributes, "push-by-digest", false),
            Store = ParseBoolean(attributes, "store", true),
        };
        if (options is { Compression: Compression.Zstd, UseOciTypes: false })
        {
            throw new InvalidInputException("compression=zstd needs OCI media types") { Hint = "remove oci-mediatypes=false" };
        }

        return ParseAnnotations(attributes, options with
        {
            LeavesLayersUnpacked = options is { Store: true, Push: false, RewriteTimestamps: false, ForceCompression: false } && !attributes.ContainsKey("compression"),
        });
    }

    private static ImmutableArray<string> ParseNames(string? names) =>
        string.IsNullOrEmpty(names)
            ? []
            : [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => ImageReference.Parse(name).WithDefaultTag().ToString())];

    private static bool ParseBoolean(IReadOnlyDictionary<string, string> attributes, string name, bool fallback) =>
        !attributes.TryGetValue(name, out var text) ? fallback : text.ToLowerInvariant() switch
        {
            "" or "1" or "t" or "true" => true,
            "0" or "f" or "false" => false,
            _ => throw new InvalidInputException($"exporter attribute {name}={text} is neither true nor false"),
        };

    private static int ParseInteger(string name, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidInputException($"exporter attribute {name}={text} is not a whole number");

    private static Compression ParseCompression(string? text) => text switch
    {
        null or "" or "gzip" => Compression.Gzip,
        "uncompressed" => Compression.None,
        "zstd" => Compression.Zstd,
        "estargz" => throw new UnsupportedException("compression=estargz is not supported yet") { Hint = "use gzip, zstd or uncompressed" },
        _ => throw new InvalidInputException($"unsupported layer compression type {Quote.Text(text)}") { Hint = "use gzip, zstd or uncompressed" },
    };

    // annotation[-index|-index-descriptor|-manifest|-manifest-descriptor][[platform]].KEY
    private static ImageOptions ParseAnnotations(IReadOnlyDictionary<string, string> attributes, ImageOptions options)
    {
        foreach (var (name, value) in attributes.Where(attribute => attribute.Key.StartsWith("annotation", StringComparison.Ordinal)))
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
            {
                continue;
            }

            var (kind, key) = (name[..dot], name[(dot + 1)..]);
            if (kind.EndsWith(']') && kind.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket && kind[..bracket] is "annotation" or "annotation-manifest" or "annotation-manifest-descriptor")
            {
                var annotation = new PlatformAnnotation(Platform.Parse(kind[(bracket + 1)..^1]), kind[..bracket] == "annotation-manifest-descriptor", key, value);
                options = options with { PlatformAnnotations = options.PlatformAnnotations.Add(annotation) };
                continue;
            }

            options = kind switch
            {
                "annotation" or "annotation-manifest" => options with { ManifestAnnotations = options.ManifestAnnotations.SetItem(key, value) },
                "annotation-manifest-descriptor" => options with { ManifestDescriptorAnnotations = options.ManifestDescriptorAnnotations.SetItem(key, value) },
                "annotation-index" => options with { IndexAnnotations = options.IndexAnnotations.SetItem(key, value) },
                "annotation-index-descriptor" => options with { IndexDescriptorAnnotations = options.IndexDescriptorAnnotations.SetItem(key, value) },
                _ => throw new UnsupportedException($"exporter attribute {Quote.Text(name)} is not supported yet"),
            };
        }

        return options;
    }
}
