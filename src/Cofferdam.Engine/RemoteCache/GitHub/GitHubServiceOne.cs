using System.Globalization;
using System.Net.Http.Headers;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>The first version of the service (<c>_apis/artifactcache</c>), as GitHub Enterprise Server has it.</summary>
internal sealed class GitHubServiceOne(GitHubCalls calls) : IGitHubService
{
    private const string Root = "_apis/artifactcache/";
    private const string Accept = "application/json;api-version=6.0-preview.1";
    private const int PartsAtOnce = 4;

    /// <inheritdoc/>
    public long PartSize => 32 * 1024 * 1024;

    /// <inheritdoc/>
    public async Task<GitHubEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        using var answer = await calls.SendAsync(HttpMethod.Get, $"{Root}cache?keys={Uri.EscapeDataString(key)}&version={GitHubCalls.Version}", Accept, null, cancellationToken);
        await GitHubCalls.CheckAsync($"look for {Quote.Text(key)}", answer, cancellationToken);
        return await GitHubCalls.ReadAsync(answer, GitHubJsonContext.Default.GitHubFound, cancellationToken) is { Key: { Length: > 0 } found, Address: { } address } ? new GitHubEntry(found, new Uri(address)) : null;
    }

    /// <inheritdoc/>
    public async Task<string?> ReserveAsync(string key, CancellationToken cancellationToken)
    {
        using var answer = await calls.SendAsync(HttpMethod.Post, Root + "caches", Accept, GitHubCalls.Json(new GitHubReserve(key, GitHubCalls.Version), GitHubJsonContext.Default.GitHubReserve), cancellationToken);
        if (await GitHubCalls.CheckAsync($"reserve {Quote.Text(key)}", answer, cancellationToken))
        {
            return null;
        }

        return await GitHubCalls.ReadAsync(answer, GitHubJsonContext.Default.GitHubReserved, cancellationToken) is { CacheId: > 0 and var id }
            ? id.ToString(CultureInfo.InvariantCulture)
            : throw new CofferdamException(ErrorCode.RegistryUnavailable, $"reserve {Quote.Text(key)} of github actions cache: the answer has no id");
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, string reservation, BlobSlice[] parts, long size, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, parts.Length), new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = PartsAtOnce }, async (i, token) =>
        {
            var start = i * PartSize;
            using var answer = await calls.SendAsync(HttpMethod.Patch, Root + "caches/" + reservation, Accept, () =>
            {
                var part = parts[i].Again();
                part.Headers.ContentRange = new ContentRangeHeaderValue(start, Math.Min(start + PartSize, size) - 1);
                return part;
            }, token);
            await GitHubCalls.CheckAsync($"write {Quote.Text(key)}", answer, token);
        });
        using var done = await calls.SendAsync(HttpMethod.Post, Root + "caches/" + reservation, Accept, GitHubCalls.Json(new GitHubCommit(size), GitHubJsonContext.Default.GitHubCommit), cancellationToken);
        await GitHubCalls.CheckAsync($"write {Quote.Text(key)}", done, cancellationToken);
    }
}
