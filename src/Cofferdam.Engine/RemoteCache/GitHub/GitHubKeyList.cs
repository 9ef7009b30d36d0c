using System.Net.Http.Headers;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>All keys of a repository's caches, by GitHub's API: one call for a hundred blobs.</summary>
internal sealed class GitHubKeyList(GitHubCacheOptions options, GitHubCalls calls)
{
    private const int PageSize = 100;
    private static readonly Uri s_api = new("https://api.github.com/");

    /// <summary>The keys that begin so, of all scopes of the token; null when they cannot be listed.</summary>
    public async Task<HashSet<string>?> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        if (options is not { Repository: { } repository, ApiToken: { } token })
        {
            return null;
        }

        var found = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var scope in options.Token.Scopes)
            {
                var isMore = true;
                for (var page = 1; isMore; page++)
                {
                    var address = new Uri(s_api, $"repos/{repository}/actions/caches?per_page={PageSize}&page={page}&key={Uri.EscapeDataString(prefix)}&ref={Uri.EscapeDataString(scope.Scope)}");
                    using var answer = await calls.SendAsync(HttpMethod.Get, address, request => Describe(request, token), cancellationToken);
                    await GitHubCalls.CheckAsync("list keys", answer, cancellationToken);
                    var keys = await GitHubCalls.ReadAsync(answer, GitHubJsonContext.Default.GitHubKeys, cancellationToken);
                    found.UnionWith((keys?.Keys ?? []).Select(key => key.Key));
                    isMore = keys is not null && keys.Total > page * PageSize;
                }
            }
        }
        catch (CofferdamException)
        {
            return null; // They are looked for one by one then.
        }

        return found;
    }

    private static void Describe(HttpRequestMessage request, string token)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        request.Headers.UserAgent.ParseAdd("cofferdam");
        request.Headers.TryAddWithoutValidation("X-GitHub-Api-Version", "2022-11-28");
    }
}
