using System.Text.Json.Serialization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A layer over another.</summary>
/// <param name="Blob">Its blob.</param>
/// <param name="Parent">The place of the layer below; -1 for none.</param>
internal sealed record CacheLayer([property: JsonPropertyName("blob")] Digest Blob, [property: JsonPropertyName("parent")] int Parent)
{
    /// <summary>What it is; null where a manifest says it.</summary>
    [JsonPropertyName("annotations")]
    public CacheLayerAnnotations? Annotations { get; init; }
}
