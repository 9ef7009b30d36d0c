using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Asks the service, as the job whose token it is.</summary>
internal sealed class GitHubCalls(GitHubCacheOptions options, HttpClient http, TimeProvider clock)
{
    /// <summary>In which clients of one kind find each other's entries (go-actions-cache has the same).</summary>
    public const string Version = "693bb7016429d80366022f036f84856888c9f13e00145f5f6f4dce303a38d6f2";

    private const int Attempts = 4;
    private const int MaxAnswerBytes = 32 * 1024;
    private const string Name = "github actions cache";

    private readonly RetryingSender _sender = new(http, clock, Attempts, options.Timeout);

    /// <summary>Sends a request to the service itself.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path below the service's address.</param>
    /// <param name="accept">What answers are understood; null for any.</param>
    /// <param name="body">Makes the body.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? accept, Func<HttpContent>? body, CancellationToken cancellationToken) =>
        _sender.SendAsync(Name, _ =>
        {
            var request = new HttpRequestMessage(method, new Uri(options.Address, path)) { Content = body?.Invoke() };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Token.Value);
            request.Headers.UserAgent.ParseAdd("cofferdam");
            if (accept is not null)
            {
                request.Headers.TryAddWithoutValidation("Accept", accept);
            }

            return ValueTask.FromResult(request);
        }, cancellationToken);

    /// <summary>Sends a request to where the service said that content is. The address has all rights in it.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, Action<HttpRequestMessage> change, CancellationToken cancellationToken) =>
        _sender.SendAsync(Name, _ =>
        {
            var request = new HttpRequestMessage(method, address);
            change(request);
            return ValueTask.FromResult(request);
        }, cancellationToken);

    /// <summary>A body of JSON.</summary>
    public static Func<HttpContent> Json<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return () => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    /// <summary>The answer's JSON; the default for an empty one.</summary>
    public static async Task<T?> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(answer, cancellationToken);
        try
        {
            return text.Length == 0 ? default : JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException error)
        {
            throw new CofferdamException(ErrorCode.RegistryUnavailable, $"ask {Name}: its answer is not understood", error);
        }
    }

    /// <summary>Throws when the answer is an error; true when it is that the entry is there already.</summary>
    public static async Task<bool> CheckAsync(string doing, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return false;
        }

        var error = await ReadErrorAsync(answer, cancellationToken);
        return error?.IsThere == true ? true : throw Describe(doing, answer.StatusCode, error?.Message ?? error?.Detail ?? error?.Code);
    }

    private static CofferdamException Describe(string doing, HttpStatusCode status, string? said)
    {
        var message = $"{doing} of {Name}: {said ?? $"it answers {(int)status}"}";
        return status switch
        {
            HttpStatusCode.NotFound => new NotFoundException(message),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new UnauthorizedException(message) { Hint = "a job's token is good for that job only, and not for writing in a fork's pull request" },
            _ => new CofferdamException(ErrorCode.RegistryUnavailable, message),
        };
    }

    private static async Task<GitHubError?> ReadErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await ReadAsync(answer, cancellationToken), GitHubJsonContext.Default.GitHubError);
        }
        catch (JsonException)
        {
            return null; // A page for people, or XML.
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = await CacheConfigReader.ReadAsync(body, MaxAnswerBytes, cancellationToken);
        return bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
    }
}
