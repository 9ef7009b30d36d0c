using System.Text.Json.Serialization;

#pragma warning disable MA0048 // The bodies of one service's requests and answers.

namespace Cofferdam.Engine;

internal sealed record GitHubClaims([property: JsonPropertyName("ac")] string? AccessControls, [property: JsonPropertyName("exp")] double? Expires);

internal sealed record GitHubReserve([property: JsonPropertyName("key")] string Key, [property: JsonPropertyName("version")] string Version);

internal sealed record GitHubReserved([property: JsonPropertyName("cacheId")] long CacheId);

internal sealed record GitHubCommit([property: JsonPropertyName("size")] long Size);

internal sealed record GitHubFound([property: JsonPropertyName("cacheKey")] string? Key, [property: JsonPropertyName("archiveLocation")] string? Address);

internal sealed record GitHubCreated([property: JsonPropertyName("ok")] bool IsGood, [property: JsonPropertyName("signed_upload_url")] string? Address);

internal sealed record GitHubFinalize([property: JsonPropertyName("key")] string Key, [property: JsonPropertyName("size_bytes")] long Size, [property: JsonPropertyName("version")] string Version);

internal sealed record GitHubLoad([property: JsonPropertyName("key")] string Key, [property: JsonPropertyName("restore_keys")] IReadOnlyList<string> Prefixes, [property: JsonPropertyName("version")] string Version);

internal sealed record GitHubLoaded([property: JsonPropertyName("ok")] bool IsGood, [property: JsonPropertyName("signed_download_url")] string? Address, [property: JsonPropertyName("matched_key")] string? Key);

internal sealed record GitHubError([property: JsonPropertyName("message")] string? Message, [property: JsonPropertyName("typeKey")] string? Type, [property: JsonPropertyName("code")] string? Code, [property: JsonPropertyName("msg")] string? Detail)
{
    public bool IsThere => Code == "already_exists" || Type?.Contains("AlreadyExists", StringComparison.Ordinal) == true
        || (Message ?? Detail)?.Contains("already exists", StringComparison.OrdinalIgnoreCase) == true;
}

internal sealed record GitHubKey([property: JsonPropertyName("key")] string Key);

internal sealed record GitHubKeys([property: JsonPropertyName("total_count")] int Total, [property: JsonPropertyName("actions_caches")] IReadOnlyList<GitHubKey>? Keys);

// The first version's service writes cacheId, which clients read in whatever case.
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(GitHubClaims))]
[JsonSerializable(typeof(List<GitHubScope>))]
[JsonSerializable(typeof(GitHubReserve))]
[JsonSerializable(typeof(GitHubReserved))]
[JsonSerializable(typeof(GitHubCommit))]
[JsonSerializable(typeof(GitHubFound))]
[JsonSerializable(typeof(GitHubCreated))]
[JsonSerializable(typeof(GitHubFinalize))]
[JsonSerializable(typeof(GitHubLoad))]
[JsonSerializable(typeof(GitHubLoaded))]
[JsonSerializable(typeof(GitHubError))]
[JsonSerializable(typeof(GitHubKeys))]
internal sealed partial class GitHubJsonContext : JsonSerializerContext;
