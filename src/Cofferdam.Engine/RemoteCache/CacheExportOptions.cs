using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>How a cache is exported: the attributes of <c>--cache-to</c>.</summary>
internal sealed record CacheExportOptions
{
    /// <summary>The kind: <c>registry</c>, <c>local</c>, <c>inline</c>, <c>s3</c> or <c>gha</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The name in a registry, the client's directory, or the bucket; empty for others.</summary>
    public required string Target { get; init; }

    /// <summary>The service it is kept in; null for one that is an image or a directory.</summary>
    public ICacheStorage? Storage { get; init; }

    /// <summary>Whether the results of all steps are part of it, else those that lie in the image.</summary>
    public bool IsMax { get; init; }

    /// <summary>Whether an export that fails is told and forgotten.</summary>
    public bool IgnoresErrors { get; init; }

    /// <summary>Whether it is an image manifest, else an index of blobs.</summary>
    public bool IsImageManifest { get; init; } = true;

    /// <summary>How layers are made.</summary>
    public ImageOptions Layers { get; init; } = new();

    /// <summary>What a user sees while it is done.</summary>
    public string Title => Type switch { "registry" => "exporting cache to registry", "local" => "exporting cache to client directory", "s3" => "exporting cache to Amazon S3", "gha" => "exporting to GitHub Actions Cache", _ => "preparing layers for inline cache" };

    /// <summary>Reads attributes; throws <see cref="InvalidInputException"/> or <see cref="UnsupportedException"/>.</summary>
    public static CacheExportOptions Parse(CacheSpec spec, CacheStorageFactory storages)
    {
        var attributes = spec.Attributes;
        var target = spec.Type switch
        {
            "registry" => attributes.GetValueOrDefault("ref") ?? throw new InvalidInputException("cache of type \"registry\" has no ref") { Hint = "write it as type=registry,ref=NAME" },
            "local" => attributes.GetValueOrDefault("dest") ?? throw new InvalidInputException("cache of type \"local\" has no dest") { Hint = "write it as type=local,dest=DIRECTORY" },
            "inline" or "gha" => string.Empty,
            "s3" => attributes.GetValueOrDefault("bucket", string.Empty),
            _ => throw new UnsupportedException($"exporting cache of type {Quote.Text(spec.Type)} is not supported yet") { Hint = "there are registry, local, inline, s3 and gha" },
        };
        var isOci = IsTrue(attributes.GetValueOrDefault("oci-mediatypes"), true);
        return new CacheExportOptions
        {
            Type = spec.Type,
            Target = target,
            Storage = storages.Create(spec),
            IsMax = attributes.GetValueOrDefault("mode", "min") switch { "max" => true, "min" => false, var other => throw new InvalidInputException($"invalid cache mode {Quote.Text(other)}") { Hint = "there are min and max" } },
            IgnoresErrors = IsTrue(attributes.GetValueOrDefault("ignore-error"), false),
            IsImageManifest = IsTrue(attributes.GetValueOrDefault("image-manifest"), isOci),
            Layers = ImageOptionsParser.Parse(attributes.Where(pair => spec.Type is not ("s3" or "gha") && pair.Key is "compression" or "compression-level" or "force-compression" or "oci-mediatypes").ToDictionary()) with { LeavesLayersUnpacked = false },
        };
    }

    private static bool IsTrue(string? text, bool otherwise) => text is null ? otherwise : text.Length == 0 || text.ToLowerInvariant() is "true" or "1" or "t";
}
