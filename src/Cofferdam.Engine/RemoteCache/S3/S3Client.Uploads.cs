using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Engine;

// Large objects, in parts.
internal sealed partial class S3Client
{
    // As the AWS SDK's transfer manager: what is smaller goes at once.
    private const long SmallestInParts = 16 * 1024 * 1024;
    private const long SmallestPart = 8 * 1024 * 1024;

    // Limits of S3.
    private const int MostParts = 10_000;
    private const long LargestCopy = 5L * 1024 * 1024 * 1024;

    private const int PartsAtOnce = 4;

    /// <summary>Writes a blob: read as it is sent, in parts where it is large.</summary>
    public async Task PutAsync(string key, CacheBlob blob, CancellationToken cancellationToken)
    {
        if (blob.Size < SmallestInParts)
        {
            var hash = blob.Digest.Algorithm == "sha256" ? blob.Digest.Hex : await HashAsync(blob, 0, blob.Size, cancellationToken);
            using var answer = await SendAsync(HttpMethod.Put, key, string.Empty, hash, () => blob.Slice(0, blob.Size), null, cancellationToken);
            await CheckAsync(answer, "write", key, cancellationToken);
            return;
        }

        await PutInPartsAsync(key, blob.Size, PartSize(blob.Size), null, async (query, offset, length, token) =>
        {
            var hash = await HashAsync(blob, offset, length, token);
            using var answer = await SendAsync(HttpMethod.Put, key, query, hash, () => blob.Slice(offset, length), null, token);
            await CheckAsync(answer, "write", key, token);
            return answer.Headers.NonValidated.TryGetValues("ETag", out var tag) ? tag.ToString() : throw new InvalidInputException($"write {Quote.Text(key)} in {Name}: a part has no ETag");
        }, cancellationToken);
    }

    /// <summary>Makes an object as new, so that it does not expire.</summary>
    public async Task TouchAsync(string key, long size, CancellationToken cancellationToken)
    {
        var source = $"{Uri.EscapeDataString(_options.Bucket)}/{Escape(key)}";
        var now = _clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        if (size < LargestCopy)
        {
            using var answer = await SendAsync(HttpMethod.Put, key, string.Empty, s_empty, () => new ByteArrayContent([]), request =>
            {
                request.Headers.TryAddWithoutValidation("x-amz-copy-source", source);
                request.Headers.TryAddWithoutValidation("x-amz-metadata-directive", "REPLACE");
                request.Headers.TryAddWithoutValidation("x-amz-meta-updated-at", now);
            }, cancellationToken);
            await CheckAsync(answer, "renew", key, cancellationToken);
            return;
        }

        await PutInPartsAsync(key, size, LargestCopy, now, async (query, offset, length, token) =>
        {
            using var answer = await SendAsync(HttpMethod.Put, key, query, s_empty, () => new ByteArrayContent([]), request =>
            {
                request.Headers.TryAddWithoutValidation("x-amz-copy-source", source);
                request.Headers.TryAddWithoutValidation("x-amz-copy-source-range", $"bytes={offset}-{offset + length - 1}");
            }, token);
            return S3Answer.Element(await CheckAsync(answer, "renew", key, token), "ETag") ?? throw new InvalidInputException($"renew {Quote.Text(key)} in {Name}: a part has no ETag");
        }, cancellationToken);
    }

    internal static long PartSize(long size) => Math.Max(SmallestPart, (size + MostParts - 1) / MostParts);

    private static async Task<string> HashAsync(CacheBlob blob, long offset, long length, CancellationToken cancellationToken)
    {
        using var slice = blob.Slice(offset, length);
        return await slice.HashAsync(cancellationToken);
    }

    private async Task PutInPartsAsync(string key, long size, long partSize, string? renewed, Func<string, long, long, CancellationToken, Task<string>> put, CancellationToken cancellationToken)
    {
        var upload = await BeginAsync(key, renewed, cancellationToken);
        try
        {
            var tags = new string[(size + partSize - 1) / partSize];
            await Parallel.ForEachAsync(Enumerable.Range(0, tags.Length), new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = PartsAtOnce }, async (i, token) =>
                tags[i] = await put($"?partNumber={i + 1}&uploadId={Uri.EscapeDataString(upload)}", i * partSize, Math.Min(partSize, size - (i * partSize)), token));
            await CompleteAsync(key, upload, tags, cancellationToken);
        }
        catch
        {
            await AbandonAsync(key, upload);
            throw;
        }
    }

    private async Task<string> BeginAsync(string key, string? renewed, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, key, "?uploads=", s_empty, () => new ByteArrayContent([]), request =>
        {
            if (renewed is not null)
            {
                request.Headers.TryAddWithoutValidation("x-amz-meta-updated-at", renewed);
            }
        }, cancellationToken);
        return S3Answer.Element(await CheckAsync(answer, "write", key, cancellationToken), "UploadId") ?? throw new InvalidInputException($"write {Quote.Text(key)} in {Name}: the upload has no id");
    }

    private async Task CompleteAsync(string key, string upload, string[] tags, CancellationToken cancellationToken)
    {
        var parts = string.Concat(tags.Select((tag, i) => $"<Part><PartNumber>{i + 1}</PartNumber><ETag>{System.Net.WebUtility.HtmlEncode(tag)}</ETag></Part>"));
        var body = Encoding.UTF8.GetBytes($"<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{parts}</CompleteMultipartUpload>");
        using var answer = await SendAsync(HttpMethod.Post, key, $"?uploadId={Uri.EscapeDataString(upload)}", Convert.ToHexStringLower(SHA256.HashData(body)), () => new ByteArrayContent(body), null, cancellationToken);
        await CheckAsync(answer, "write", key, cancellationToken);
    }

    // Parts that nobody completes cost money. It is done also when the build was cancelled.
    private async Task AbandonAsync(string key, string upload)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), _clock);
        try
        {
            using var answer = await SendAsync(HttpMethod.Delete, key, $"?uploadId={Uri.EscapeDataString(upload)}", s_empty, null, null, limit.Token);
        }
        catch (Exception error) when (error is CofferdamException or OperationCanceledException)
        {
            // Why the upload failed is told.
        }
    }
}
