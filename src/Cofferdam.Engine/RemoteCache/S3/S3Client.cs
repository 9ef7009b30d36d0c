using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Engine;

/// <summary>Objects of a bucket. Thread-safe.</summary>
internal sealed partial class S3Client
{
    private static readonly string s_empty = Convert.ToHexStringLower(SHA256.HashData([]));

    private readonly S3CacheOptions _options;
    private readonly TimeProvider _clock;
    private readonly AwsRequestSigner _signer;
    private readonly RetryingSender _sender;
    private readonly string _root;

    public S3Client(S3CacheOptions options, HttpClient http, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _signer = new AwsRequestSigner(options.Credentials, options.Region, "s3");
        _sender = new RetryingSender(http, clock, options.MaxAttempts, TimeSpan.Zero);
        _root = RootOf(options);
        Name = $"bucket {Quote.Text(options.Bucket)} at {new Uri(_root).Authority}";
    }

    /// <summary>What users know it by.</summary>
    public string Name { get; }

    /// <summary>The object's size and when it was changed; null when there is none.</summary>
    public async Task<(long Size, DateTimeOffset Changed)?> FindAsync(string key, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Head, key, string.Empty, s_empty, null, null, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        return answer.IsSuccessStatusCode
            ? (answer.Content.Headers.ContentLength ?? 0, answer.Content.Headers.LastModified ?? _clock.GetUtcNow())
            : throw S3Answer.Describe($"look for {Quote.Text(key)} in {Name}", answer.StatusCode, string.Empty);
    }

    /// <summary>An object from an offset on; throws <see cref="NotFoundException"/>.</summary>
    public async Task<RegistryBlob> OpenAsync(string key, long offset, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, key, string.Empty, s_empty, null, request => request.Headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return new RegistryBlob(new AnswerStream(await answer.Content.ReadAsStreamAsync(cancellationToken), answer), answer.StatusCode == HttpStatusCode.PartialContent ? offset : 0);
        }

        using (answer)
        {
            var text = await S3Answer.ReadAsync(answer, cancellationToken);
            throw S3Answer.Element(text, "Code") == "NoSuchBucket"
                ? new CofferdamException(ErrorCode.InvalidInput, $"read {Quote.Text(key)} of {Name}: there is no such bucket")
                : S3Answer.Describe($"read {Quote.Text(key)} of {Name}", answer.StatusCode, text);
        }
    }

    /// <summary>Writes a small object.</summary>
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Put, key, string.Empty, Convert.ToHexStringLower(SHA256.HashData(content.Span)), () => new ReadOnlyMemoryContent(content), null, cancellationToken);
        await CheckAsync(answer, "write", key, cancellationToken);
    }

    // Virtual hosts need a name that a certificate of one level covers.
    private static string RootOf(S3CacheOptions options)
    {
        var endpoint = options.Endpoint ?? new Uri($"https://s3.{options.Region}.amazonaws.com");
        var path = endpoint.AbsolutePath.TrimEnd('/');
        var isHost = !options.UsePathStyle && options.Bucket.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-') && endpoint.HostNameType == UriHostNameType.Dns;
        return isHost
            ? $"{endpoint.Scheme}://{options.Bucket}.{endpoint.Authority}{path}/"
            : $"{endpoint.Scheme}://{endpoint.Authority}{path}/{Uri.EscapeDataString(options.Bucket)}/";
    }

    private static string Escape(string key) => string.Join('/', key.Split('/').Select(Uri.EscapeDataString));

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string key, string query, string bodyHash, Func<HttpContent>? body, Action<HttpRequestMessage>? change, CancellationToken cancellationToken) =>
        _sender.SendAsync(Name, _ =>
        {
            var address = new Uri(_root + Escape(key) + query, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            var request = new HttpRequestMessage(method, address) { Content = body?.Invoke() };
            change?.Invoke(request);
            _signer.Sign(request, bodyHash, _clock.GetUtcNow());
            return ValueTask.FromResult(request);
        }, cancellationToken);

    private async Task<string> CheckAsync(HttpResponseMessage answer, string verb, string key, CancellationToken cancellationToken)
    {
        var text = await S3Answer.ReadAsync(answer, cancellationToken);

        // Some calls begin their answer before they are done: an error comes under a good status then.
        return answer.IsSuccessStatusCode && !text.Contains("<Error>", StringComparison.Ordinal) ? text : throw S3Answer.Describe($"{verb} {Quote.Text(key)} in {Name}", answer.StatusCode, text);
    }
}
