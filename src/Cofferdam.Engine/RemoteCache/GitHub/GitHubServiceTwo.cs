using System.Globalization;
using System.Net;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>The second version of the service: calls of Twirp, and content in Azure's blob storage.</summary>
internal sealed class GitHubServiceTwo(GitHubCalls calls) : IGitHubService
{
    private const string Root = "twirp/github.actions.results.api.v1.CacheService/";
    private const string StorageVersion = "2021-12-02"; // of Azure's API: blocks may be large since 2019
    private const int PartsAtOnce = 4;

    /// <inheritdoc/>
    public long PartSize => 16 * 1024 * 1024;

    /// <inheritdoc/>
    public async Task<GitHubEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        using var answer = await calls.SendAsync(HttpMethod.Post, Root + "GetCacheEntryDownloadURL", null, GitHubCalls.Json(new GitHubLoad(key, [key], GitHubCalls.Version), GitHubJsonContext.Default.GitHubLoad), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await GitHubCalls.CheckAsync($"look for {Quote.Text(key)}", answer, cancellationToken);
        return await GitHubCalls.ReadAsync(answer, GitHubJsonContext.Default.GitHubLoaded, cancellationToken) is { IsGood: true, Address: { Length: > 0 } address } found ? new GitHubEntry(found.Key ?? key, new Uri(address)) : null;
    }

    /// <inheritdoc/>
    public async Task<string?> ReserveAsync(string key, CancellationToken cancellationToken)
    {
        using var answer = await calls.SendAsync(HttpMethod.Post, Root + "CreateCacheEntry", null, GitHubCalls.Json(new GitHubReserve(key, GitHubCalls.Version), GitHubJsonContext.Default.GitHubReserve), cancellationToken);
        if (await GitHubCalls.CheckAsync($"reserve {Quote.Text(key)}", answer, cancellationToken))
        {
            return null;
        }

        return await GitHubCalls.ReadAsync(answer, GitHubJsonContext.Default.GitHubCreated, cancellationToken) is { IsGood: true, Address: { Length: > 0 } address }
            ? address
            : throw new CofferdamException(ErrorCode.RegistryUnavailable, $"reserve {Quote.Text(key)} of github actions cache: it refuses");
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, string reservation, BlobSlice[] parts, long size, CancellationToken cancellationToken)
    {
        var address = new Uri(reservation);
        if (parts.Length == 1)
        {
            await PutAsync(key, address, () => parts[0].Again(), "BlockBlob", cancellationToken);
        }
        else
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, parts.Length), new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = PartsAtOnce }, async (i, token) =>
                await PutAsync(key, With(address, $"comp=block&blockid={Uri.EscapeDataString(IdOf(i))}"), () => parts[i].Again(), null, token));
            var list = $"<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>{string.Concat(parts.Select((_, i) => $"<Latest>{IdOf(i)}</Latest>"))}</BlockList>";
            await PutAsync(key, With(address, "comp=blocklist"), () => new StringContent(list, Encoding.UTF8, "application/xml"), null, cancellationToken);
        }

        using var done = await calls.SendAsync(HttpMethod.Post, Root + "FinalizeCacheEntryUpload", null, GitHubCalls.Json(new GitHubFinalize(key, size, GitHubCalls.Version), GitHubJsonContext.Default.GitHubFinalize), cancellationToken);
        await GitHubCalls.CheckAsync($"write {Quote.Text(key)}", done, cancellationToken);
        if (await GitHubCalls.ReadAsync(done, GitHubJsonContext.Default.GitHubCreated, cancellationToken) is not { IsGood: true })
        {
            throw new CofferdamException(ErrorCode.RegistryUnavailable, $"write {Quote.Text(key)} of github actions cache: it refuses");
        }
    }

    // All ids of a blob have one length.
    private static string IdOf(int part) => Convert.ToBase64String(Encoding.ASCII.GetBytes(part.ToString("D6", CultureInfo.InvariantCulture)));

    private static Uri With(Uri address, string query) => new(address.OriginalString + (address.Query.Length == 0 ? "?" : "&") + query);

    private async Task PutAsync(string key, Uri address, Func<HttpContent> body, string? type, CancellationToken cancellationToken)
    {
        using var answer = await calls.SendAsync(HttpMethod.Put, address, request =>
        {
            request.Content = body();
            request.Headers.TryAddWithoutValidation("x-ms-version", StorageVersion);
            if (type is not null)
            {
                request.Headers.TryAddWithoutValidation("x-ms-blob-type", type);
            }
        }, cancellationToken);
        await GitHubCalls.CheckAsync($"write {Quote.Text(key)}", answer, cancellationToken);
    }
}
