using System.Text.Json.Serialization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>An output by its operation and inputs, and its results where there are any.</summary>
internal sealed record CacheConfigRecord
{
    [JsonPropertyName("layers")]
    public IReadOnlyList<CacheConfigResult>? Results { get; init; }

    [JsonPropertyName("chains")]
    public IReadOnlyList<CacheConfigChain>? Chains { get; init; }

    [JsonPropertyName("digest")]
    public Digest Digest { get; init; }

    [JsonPropertyName("inputs")]
    public IReadOnlyList<IReadOnlyList<CacheConfigInput>>? Inputs { get; init; }
}
