using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A cache of GitHub Actions: the attributes of <c>type=gha</c>, with BuildKit's defaults.</summary>
internal sealed record GitHubCacheOptions
{
    /// <summary>Names the cache among those of a repository.</summary>
    public string Scope { get; init; } = "buildkit";

    /// <summary>Where the service is.</summary>
    public required Uri Address { get; init; }

    /// <summary>Whether it is asked as the second version.</summary>
    public bool IsSecondVersion { get; init; }

    /// <summary>What a job of GitHub Actions was given.</summary>
    public required GitHubToken Token { get; init; }

    /// <summary>How long a service that is asked too often is waited for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The repository, as OWNER/NAME; null when blobs are looked for one by one.</summary>
    public string? Repository { get; init; }

    /// <summary>A token for GitHub's API, with which all keys are listed at once; null for none.</summary>
    public string? ApiToken { get; init; }

    /// <summary>Reads attributes; throws <see cref="InvalidInputException"/>.</summary>
    public static GitHubCacheOptions Parse(IReadOnlyDictionary<string, string> attributes, DateTimeOffset now)
    {
        var token = attributes.Text("token") ?? throw new InvalidInputException("token not set for github actions cache") { Hint = "in GitHub Actions it is ACTIONS_RUNTIME_TOKEN, which a step has only through an action such as docker/build-push-action" };
        var version = attributes.Text("version") is not { } text ? 0
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new InvalidInputException($"failed to parse api version {Quote.Text(text)}, expected positive integer");
        var second = version == 1 ? null : attributes.Text("url_v2");
        var url = second ?? attributes.Text("url") ?? throw new InvalidInputException("url not set for github actions cache");

        // Old clients know one address only.
        var isSecond = second is not null || version == 2 || (version == 0 && url.Contains("results-receiver.actions.githubusercontent.com", StringComparison.Ordinal));
        return new GitHubCacheOptions
        {
            Scope = attributes.GetValueOrDefault("scope", "buildkit"),
            Address = Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : throw new InvalidInputException($"invalid url {Quote.Text(url)} of github actions cache"),
            IsSecondVersion = isSecond,
            Token = GitHubToken.Parse(token, now),
            Timeout = attributes.Text("timeout") is null ? TimeSpan.FromMinutes(10) : attributes.Duration("timeout") ?? throw new InvalidInputException("failed to parse timeout for github actions cache"),
            Repository = attributes.Text("repository"),
            ApiToken = attributes.Text("ghtoken"),
        };
    }
}
