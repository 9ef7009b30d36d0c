using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

/// <summary>A result: a layer with all below it.</summary>
internal sealed record CacheConfigResult([property: JsonPropertyName("layer")] int Layer, [property: JsonPropertyName("createdAt")] DateTimeOffset CreatedAt);
