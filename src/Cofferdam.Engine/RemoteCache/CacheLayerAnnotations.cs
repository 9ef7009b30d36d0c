using System.Text.Json.Serialization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What a layer is, in caches that have no manifest beside the config.</summary>
internal sealed record CacheLayerAnnotations(
    [property: JsonPropertyName("mediaType")] string MediaType,
    [property: JsonPropertyName("diffID")] Digest DiffId,
    [property: JsonPropertyName("size")] long Size,
    [property: JsonPropertyName("createdAt")] DateTimeOffset CreatedAt);
