using System.Text.Json.Serialization;

namespace Cofferdam.Registry.Authorization;

/// <summary>What a token server answers (distribution token specification and its OAuth variant).</summary>
internal sealed record TokenAnswer
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("expires_in")]
    public double ExpiresIn { get; init; }

    [JsonPropertyName("issued_at")]
    public string? IssuedAt { get; init; }
}
