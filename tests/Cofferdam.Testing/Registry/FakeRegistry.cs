using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Cofferdam.Model;

namespace Cofferdam.Testing;

/// <summary>A registry in memory that can be made to fail. It and its token server answer under any host.</summary>
public sealed class FakeRegistry : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();

    public ConcurrentDictionary<string, (byte[] Content, string MediaType)> Manifests { get; } = new();

    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>Each request as <c>METHOD path?query</c>, with <c>Authorization</c> behind a space where it had one.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers instead of the registry; null lets it answer. May throw.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Intercept { get; set; }

    /// <summary>The token that is wanted; null lets everybody in.</summary>
    public string? Token { get; set; }

    /// <summary>How the token server is called.</summary>
    public Func<HttpRequestMessage, string, HttpResponseMessage>? TokenServer { get; set; }

    public Digest AddBlob(string repository, byte[] content)
    {
        var digest = Digest.Of(content);
        Blobs[$"{repository}@{digest}"] = content;
        return digest;
    }

    public Descriptor AddManifest(string repository, string? tag, byte[] content, string mediaType = MediaTypes.OciManifest)
    {
        var digest = Digest.Of(content);
        Manifests[$"{repository}:{digest}"] = (content, mediaType);
        if (tag is not null)
        {
            Manifests[$"{repository}:{tag}"] = (content, mediaType);
        }

        return new Descriptor { MediaType = mediaType, Digest = digest, Size = content.Length };
    }

    public int Count(string prefix) => Requests.Count(request => request.StartsWith(prefix, StringComparison.Ordinal));

    public static HttpResponseMessage Answer(HttpStatusCode status, string body = "") => new(status) { Content = new StringContent(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        Requests.Enqueue($"{request.Method} {address.Host}{address.PathAndQuery}{(request.Headers.Authorization is { } authorization ? " " + authorization : string.Empty)}");
        var answer = Intercept?.Invoke(request) ?? await AnswerAsync(request, cancellationToken);
        answer.RequestMessage = request;
        return answer;
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (path == "/token")
        {
            var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken);
            return TokenServer?.Invoke(request, body) ?? Answer(HttpStatusCode.OK, $$"""{"token":"{{Token}}","expires_in":300}""");
        }

        if (Token is not null && request.Headers.Authorization?.ToString() != "Bearer " + Token)
        {
            var refused = Answer(HttpStatusCode.Unauthorized, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""");
            refused.Headers.TryAddWithoutValidation("WWW-Authenticate", $"Bearer realm=\"https://auth.test/token\",service=\"fake, really\",scope=\"x\"");
            return refused;
        }

        var parts = path.TrimStart('/').Split('/');
        return parts[^2] switch
        {
            "manifests" => await ManifestAsync(request, string.Join('/', parts[1..^2]), parts[^1], cancellationToken),
            "blobs" => Blob(request, string.Join('/', parts[1..^2]), parts[^1]),
            "uploads" => await UploadAsync(request, string.Join('/', parts[1..^3]), parts[^1], cancellationToken),
            _ => Answer(path.TrimEnd('/') == "/v2" ? HttpStatusCode.OK : HttpStatusCode.NotFound),
        };
    }

    private async Task<HttpResponseMessage> ManifestAsync(HttpRequestMessage request, string repository, string name, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Put)
        {
            var content = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            AddManifest(repository, name.StartsWith("sha256:", StringComparison.Ordinal) ? null : name, content, request.Content.Headers.ContentType!.ToString());
            return Answer(HttpStatusCode.Created);
        }

        if (!Manifests.TryGetValue($"{repository}:{name}", out var manifest))
        {
            return Answer(HttpStatusCode.NotFound, """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""");
        }

        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(request.Method == HttpMethod.Head ? [] : manifest.Content) };
        answer.Content.Headers.ContentLength = manifest.Content.Length;
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue(manifest.MediaType);
        answer.Headers.TryAddWithoutValidation("Docker-Content-Digest", Digest.Of(manifest.Content).ToString());
        return answer;
    }

    private HttpResponseMessage Blob(HttpRequestMessage request, string repository, string name)
    {
        if (!Blobs.TryGetValue($"{repository}@{name}", out var blob))
        {
            return Answer(HttpStatusCode.NotFound);
        }

        var from = (int)(request.Headers.Range?.Ranges.First().From ?? 0);
        var answer = new HttpResponseMessage(from > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK) { Content = new ByteArrayContent(blob, from, blob.Length - from) };
        if (from > 0)
        {
            answer.Content.Headers.ContentRange = new ContentRangeHeaderValue(from, blob.Length - 1, blob.Length);
        }

        return answer;
    }

    private async Task<HttpResponseMessage> UploadAsync(HttpRequestMessage request, string repository, string id, CancellationToken cancellationToken)
    {
        var query = System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query);
        if (request.Method == HttpMethod.Post)
        {
            if (query["mount"] is { } mounted && Blobs.TryGetValue($"{query["from"]}@{mounted}", out var other))
            {
                Blobs[$"{repository}@{mounted}"] = other;
                return Answer(HttpStatusCode.Created);
            }

            id = Guid.NewGuid().ToString("N");
            _uploads[id] = new MemoryStream();
            return At(HttpStatusCode.Accepted, repository, id);
        }

        if (!_uploads.TryGetValue(id, out var upload))
        {
            return Answer(HttpStatusCode.NotFound);
        }

        if (request.Method == HttpMethod.Get)
        {
            return At(HttpStatusCode.NoContent, repository, id);
        }

        try
        {
            await request.Content!.CopyToAsync(upload, cancellationToken);
        }
        catch (IOException error)
        {
            throw new HttpRequestException("the connection broke", error);
        }

        if (request.Method == HttpMethod.Patch)
        {
            return At(HttpStatusCode.Accepted, repository, id);
        }

        var digest = Digest.Of(upload.ToArray());
        if (digest.ToString() != query["digest"])
        {
            return Answer(HttpStatusCode.BadRequest, """{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]}""");
        }

        Blobs[$"{repository}@{digest}"] = upload.ToArray();
        return Answer(HttpStatusCode.Created);
    }

    private HttpResponseMessage At(HttpStatusCode status, string repository, string id)
    {
        var answer = Answer(status);
        answer.Headers.TryAddWithoutValidation("Location", $"/v2/{repository}/blobs/uploads/{id}?_state=secret");
        answer.Headers.TryAddWithoutValidation("Range", $"0-{Math.Max(0, _uploads[id].Length - 1)}");
        return answer;
    }
}
