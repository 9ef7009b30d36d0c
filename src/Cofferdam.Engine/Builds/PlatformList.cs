using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cofferdam.Engine;

/// <summary>The platforms of a result, as BuildKit's metadata key <c>refs.platforms</c> holds them.</summary>
internal sealed record PlatformList
{
    [JsonPropertyName("Platforms")]
    public required IReadOnlyList<PlatformEntry> Platforms { get; init; }

    public static PlatformList? Read(byte[]? json) => json is null ? null : JsonSerializer.Deserialize(json, PlatformJsonContext.Default.PlatformList);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, PlatformJsonContext.Default.PlatformList);
}
