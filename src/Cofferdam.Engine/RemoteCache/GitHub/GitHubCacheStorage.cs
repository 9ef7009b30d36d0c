using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Engine;

/// <summary>Caches in the service of GitHub Actions, with BuildKit's keys (cache/remotecache/gha).</summary>
internal sealed class GitHubCacheStorage : ICacheStorage
{
    /// <summary>What an origin in the service begins with.</summary>
    public const string Scheme = "gha-cache://";

    private const string BlobPrefix = "buildkit-blob-1-";
    private const int MaxConfigBytes = 256 * 1024 * 1024;

    // How long another's write of the same name is waited for, as BuildKit does.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly GitHubCacheOptions _options;
    private readonly TimeProvider _clock;
    private readonly GitHubCalls _calls;
    private readonly IGitHubService _service;
    private readonly Lock _lock = new(); // guards _keys
    private Task<HashSet<string>?>? _keys;

    public GitHubCacheStorage(GitHubCacheOptions options, HttpClient http, TimeProvider clock)
    {
        (_options, _clock, _calls) = (options, clock, new GitHubCalls(options, http, clock));
        _service = options.IsSecondVersion ? new GitHubServiceTwo(_calls) : new GitHubServiceOne(_calls);
    }

    /// <inheritdoc/>
    public string Origin => Scheme + _options.Address.Authority + _options.Address.AbsolutePath;

    /// <inheritdoc/>
    public int Parallelism => 4;

    /// <inheritdoc/>
    public async Task<bool> HasAsync(Digest blob, CancellationToken cancellationToken) =>
        await ListAsync(cancellationToken) is { } keys ? keys.Contains(BlobPrefix + blob) : await _service.FindAsync(BlobPrefix + blob, cancellationToken) is not null;

    /// <inheritdoc/>
    public async Task PutAsync(CacheBlob blob, CancellationToken cancellationToken)
    {
        var key = BlobPrefix + blob.Digest;
        if (await _service.ReserveAsync(key, cancellationToken) is { } reservation)
        {
            await _service.WriteAsync(key, reservation, Parts(blob), blob.Size, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task PutConfigAsync(ReadOnlyMemory<byte> config, CancellationToken cancellationToken)
    {
        var name = IndexKey(_options.Token.Scopes.LastOrDefault(scope => scope.MayWrite)?.Scope ?? string.Empty) + "#";
        var blob = new CacheBlob(Digest.Of(config.Span), config.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(config.ToArray(), writable: false)));
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            var number = await _service.FindAsync(name, cancellationToken) is { } newest ? NumberOf(newest.Key, name) : 0;
            do
            {
                number++;
                var key = name + number.ToString(CultureInfo.InvariantCulture);
                if (await _service.ReserveAsync(key, cancellationToken) is { } reservation)
                {
                    await _service.WriteAsync(key, reservation, Parts(blob), blob.Size, cancellationToken);
                    return;
                }
            }
            while (waited >= s_patience); // Who has taken it has probably died: the next number.

            await Task.Delay(s_pause, _clock, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<byte[]>> ReadConfigsAsync(CancellationToken cancellationToken)
    {
        var found = new List<byte[]>();
        foreach (var scope in _options.Token.Scopes)
        {
            if (await _service.FindAsync(IndexKey(scope.Scope), cancellationToken) is { } entry)
            {
                await using var blob = await OpenAsync(entry, 0, cancellationToken) ?? throw new NotFoundException($"read {Quote.Text(entry.Key)} of github actions cache: it is gone");
                found.Add(await CacheConfigReader.ReadAsync(blob.Content, MaxConfigBytes, cancellationToken));
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<RegistryBlob> OpenBlobAsync(Digest blob, long offset, CancellationToken cancellationToken)
    {
        var entry = await _service.FindAsync(BlobPrefix + blob, cancellationToken);
        return (entry is null ? null : await OpenAsync(entry, offset, cancellationToken)) ?? throw new NotFoundException($"blob {blob} is not in github actions cache");
    }

    private static long NumberOf(string key, string name) =>
        key.StartsWith(name, StringComparison.Ordinal) && long.TryParse(key.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidInputException($"invalid key {Quote.Text(key)} in github actions cache");

    private string IndexKey(string scope) => $"index-{_options.Scope}-1-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)))[..8]}";

    private BlobSlice[] Parts(CacheBlob blob)
    {
        var count = Math.Max(1, (int)((blob.Size + _service.PartSize - 1) / _service.PartSize));
        return [.. Enumerable.Range(0, count).Select(i => blob.Slice(i * _service.PartSize, Math.Min(_service.PartSize, blob.Size - (i * _service.PartSize))))];
    }

    // Keys that were there when the export began; those it adds it does not ask for again.
    private async Task<HashSet<string>?> ListAsync(CancellationToken cancellationToken)
    {
        Task<HashSet<string>?> keys;
        lock (_lock)
        {
            keys = _keys ??= new GitHubKeyList(_options, _calls).ListAsync(BlobPrefix, cancellationToken);
        }

        return await keys;
    }

    // Null when it is gone.
    private async Task<RegistryBlob?> OpenAsync(GitHubEntry entry, long offset, CancellationToken cancellationToken)
    {
        var answer = await _calls.SendAsync(HttpMethod.Get, entry.Address, request => request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return new RegistryBlob(new AnswerStream(await answer.Content.ReadAsStreamAsync(cancellationToken), answer), answer.StatusCode == HttpStatusCode.PartialContent ? offset : 0);
        }

        using (answer)
        {
            return answer.StatusCode == HttpStatusCode.NotFound ? null : throw new CofferdamException(ErrorCode.RegistryUnavailable, $"read {Quote.Text(entry.Key)} of github actions cache: it answers {(int)answer.StatusCode}");
        }
    }
}
