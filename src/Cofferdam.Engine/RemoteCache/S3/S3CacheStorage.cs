using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Engine;

/// <summary>Caches in a bucket, laid out as BuildKit does (cache/remotecache/s3).</summary>
internal sealed class S3CacheStorage(S3CacheOptions options, HttpClient http, TimeProvider clock) : ICacheStorage
{
    /// <summary>What an origin in a bucket begins with.</summary>
    public const string Scheme = "s3-cache://";

    private const int MaxConfigBytes = 256 * 1024 * 1024;

    private readonly S3Client _client = new(options, http, clock);

    /// <inheritdoc/>
    public string Origin => $"{Scheme}{options.Endpoint?.Authority ?? options.Region}/{options.Bucket}/{options.Prefix}{options.BlobsPrefix}";

    /// <inheritdoc/>
    public int Parallelism => options.UploadParallelism;

    /// <inheritdoc/>
    public async Task<bool> HasAsync(Digest blob, CancellationToken cancellationToken)
    {
        if (await _client.FindAsync(BlobKey(blob), cancellationToken) is not var (size, changed))
        {
            return false;
        }

        if (clock.GetUtcNow() - changed > options.TouchRefresh)
        {
            await _client.TouchAsync(BlobKey(blob), size, cancellationToken);
        }

        return true;
    }

    /// <inheritdoc/>
    public Task PutAsync(CacheBlob blob, CancellationToken cancellationToken) => _client.PutAsync(BlobKey(blob.Digest), blob, cancellationToken);

    /// <inheritdoc/>
    public async Task PutConfigAsync(ReadOnlyMemory<byte> config, CancellationToken cancellationToken)
    {
        foreach (var name in options.Names)
        {
            await _client.PutAsync(ConfigKey(name), config, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<byte[]>> ReadConfigsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var blob = await _client.OpenAsync(ConfigKey(options.Names[0]), 0, cancellationToken);
            return [await CacheConfigReader.ReadAsync(blob.Content, MaxConfigBytes, cancellationToken)];
        }
        catch (NotFoundException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public Task<RegistryBlob> OpenBlobAsync(Digest blob, long offset, CancellationToken cancellationToken) => _client.OpenAsync(BlobKey(blob), offset, cancellationToken);

    private string BlobKey(Digest blob) => options.Prefix + options.BlobsPrefix + blob;

    private string ConfigKey(string name) => options.Prefix + options.ManifestsPrefix + name;
}
