using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A cache in an S3 service: the attributes of <c>type=s3</c>, with BuildKit's defaults.</summary>
internal sealed record S3CacheOptions
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>Where the service is; null for AWS's in the region.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Whether the bucket is part of the path, else of the host's name.</summary>
    public bool UsePathStyle { get; init; }

    /// <summary>What the names of all objects begin with.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>What comes then in the names of blobs.</summary>
    public string BlobsPrefix { get; init; } = "blobs/";

    /// <summary>What comes then in the names of configs.</summary>
    public string ManifestsPrefix { get; init; } = "manifests/";

    /// <summary>The cache's names: the first is imported, all are exported.</summary>
    public ImmutableArray<string> Names { get; init; } = ["buildkit"];

    /// <summary>How old an object that is used again may be before it is made young.</summary>
    public TimeSpan TouchRefresh { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many blobs are sent at once.</summary>
    public int UploadParallelism { get; init; } = 4;

    /// <summary>How often a request is sent at most.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>With what requests are signed.</summary>
    public required AwsCredentials Credentials { get; init; }

    /// <summary>Reads attributes; throws <see cref="InvalidInputException"/>.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="variable">Reads a variable of the daemon's environment.</param>
    public static S3CacheOptions Parse(IReadOnlyDictionary<string, string> attributes, Func<string, string?> variable)
    {
        if (attributes.Text("retry_mode") is { } mode && mode is not ("standard" or "adaptive"))
        {
            throw new InvalidInputException("retry_mode must be \"standard\" or \"adaptive\"");
        }

        var endpoint = attributes.Text("endpoint_url") ?? variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL");
        return new S3CacheOptions
        {
            Bucket = attributes.Text("bucket") ?? variable("AWS_BUCKET") ?? throw new InvalidInputException("bucket ($AWS_BUCKET) not set for s3 cache") { Hint = "write it as type=s3,bucket=NAME,region=NAME" },
            Region = attributes.Text("region") ?? variable("AWS_REGION") ?? throw new InvalidInputException("region ($AWS_REGION) not set for s3 cache") { Hint = "write it as type=s3,bucket=NAME,region=NAME" },
            Endpoint = endpoint is not { Length: > 0 } ? null
                : Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
                : throw new InvalidInputException($"invalid endpoint_url {Quote.Text(endpoint)} of s3 cache") { Hint = "write it as https://HOST" },
            UsePathStyle = attributes.IsTrue("use_path_style"),
            Prefix = attributes.GetValueOrDefault("prefix", string.Empty),
            BlobsPrefix = attributes.GetValueOrDefault("blobs_prefix", "blobs/"),
            ManifestsPrefix = attributes.GetValueOrDefault("manifests_prefix", "manifests/"),
            Names = attributes.TryGetValue("name", out var names) ? [.. names.Split(';')] : ["buildkit"],
            TouchRefresh = attributes.Duration("touch_refresh") ?? TimeSpan.FromHours(24),
            UploadParallelism = attributes.Positive("upload_parallelism", 4),
            MaxAttempts = attributes.Positive("retry_max_attempts", 3),
            Credentials = attributes.Text("access_key_id") is { } id && attributes.Text("secret_access_key") is { } secret
                ? new AwsCredentials(id, secret, attributes.Text("session_token"))
                : AwsCredentials.Find(variable) ?? throw new InvalidInputException("there are no credentials for s3 cache") { Hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write access_key_id= and secret_access_key=" },
        };
    }
}
