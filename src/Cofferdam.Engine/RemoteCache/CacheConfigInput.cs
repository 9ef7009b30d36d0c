using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

/// <summary>A way in which an input is known.</summary>
internal sealed record CacheConfigInput([property: JsonPropertyName("selector")] string? Selector, [property: JsonPropertyName("link")] int Link);
