using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

/// <summary>A cache as BuildKit writes it (<c>application/vnd.buildkit.cacheconfig.v0</c>, cache/remotecache/v1/types): layers, and records that lead to them.</summary>
internal sealed record CacheConfig
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.buildkit.cacheconfig.v0";

    [JsonPropertyName("layers")]
    public IReadOnlyList<CacheLayer>? Layers { get; init; }

    [JsonPropertyName("records")]
    public IReadOnlyList<CacheConfigRecord>? Records { get; init; }
}
