using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What the media type of a layer tells.</summary>
internal static class LayerMediaTypes
{
    internal static Compression CompressionOf(string mediaType) =>
        mediaType.EndsWith("gzip", StringComparison.Ordinal) ? Compression.Gzip
        : mediaType.EndsWith("zstd", StringComparison.Ordinal) ? Compression.Zstd
        : Compression.None;

    /// <summary>Whether it is a layer of files at all, and not of an artifact or an attestation.</summary>
    internal static bool IsLayer(string mediaType) =>
        mediaType.StartsWith("application/vnd.oci.image.layer.", StringComparison.Ordinal) || mediaType.StartsWith("application/vnd.docker.image.rootfs.", StringComparison.Ordinal);

    /// <summary>Whether the layer must not be pushed (Windows base layers).</summary>
    internal static bool IsForeign(string mediaType) =>
        mediaType.Contains("foreign", StringComparison.Ordinal) || mediaType.Contains("nondistributable", StringComparison.Ordinal);
}
