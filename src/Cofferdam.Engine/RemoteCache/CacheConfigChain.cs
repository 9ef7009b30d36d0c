using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

/// <summary>A result: layers one by one.</summary>
internal sealed record CacheConfigChain([property: JsonPropertyName("layers")] IReadOnlyList<int> Layers, [property: JsonPropertyName("createdAt")] DateTimeOffset CreatedAt);
