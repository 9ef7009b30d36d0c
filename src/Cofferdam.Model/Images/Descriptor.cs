namespace Cofferdam.Model;

/// <summary>What content is, how large and by which digest it is had (OCI image-spec, descriptor.md). Members are in the order Go writes them.</summary>
public sealed record Descriptor
{
    /// <summary>The media type of the content.</summary>
    public required string MediaType { get; init; }

    /// <summary>The digest of the content.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The size of the content in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Places it may be had from besides the registry it was named in.</summary>
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>Annotations, in no order.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>The platform of an image in an index.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The type of the artifact the content is a manifest of.</summary>
    public string? ArtifactType { get; init; }
}
