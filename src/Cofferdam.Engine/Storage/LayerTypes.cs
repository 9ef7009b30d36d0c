using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The media types of layers by their compression.</summary>
internal static class LayerTypes
{
    /// <summary>How a layer of that media type is compressed.</summary>
    public static Compression CompressionOf(string mediaType) => mediaType switch
    {
        _ when mediaType.EndsWith("+gzip", StringComparison.Ordinal) || mediaType.EndsWith(".gzip", StringComparison.Ordinal) => Compression.Gzip,
        _ when mediaType.EndsWith("+zstd", StringComparison.Ordinal) || mediaType.EndsWith(".zstd", StringComparison.Ordinal) => Compression.Zstd,
        _ => Compression.None,
    };

    /// <summary>The media type of a layer; Docker has none for zstd.</summary>
    public static string Of(Compression compression, bool oci) => compression switch
    {
        Compression.Gzip => oci ? MediaTypes.OciLayerGzip : MediaTypes.DockerLayerGzip,
        Compression.Zstd => MediaTypes.OciLayerZstd,
        _ => oci ? MediaTypes.OciLayer : MediaTypes.DockerLayer,
    };
}
