using System.Net;
using System.Net.Http.Headers;
using Cofferdam.Model;
using Cofferdam.Protocol.Upload;
using Cofferdam.Solver;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Fetches an address into the content store; what is there already is kept when the server says that it has not changed.</summary>
internal sealed class HttpFetcher(HttpSourceOptions options, SourceServices services)
{
    private const string Scope = "http";
    private const int MaximumRedirects = 10; // Go's net/http

    // RFC 9110, 8.8.2.2: when the time of a change tells more than an approximate moment.
    private static readonly TimeSpan _sureAge = TimeSpan.FromSeconds(60);

    private string Address => options.Address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);

    /// <summary>Fetches it, or asks whether it changed; what must be signed is.</summary>
    public async Task<FetchedFile> FetchAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var fetched = await FetchUnverifiedAsync(context, cancellationToken);
        if (options.Signature is { } signature)
        {
            await using var content = await services.Content.OpenReadAsync(fetched.Digest, cancellationToken);
            try
            {
                await new OpenPgpVerifier(signature.Value, signature.PublicKeys, rejectsExpired: false, services.Clock.GetUtcNow()).VerifyAsync(content, cancellationToken);
            }
            catch (SignatureException error)
            {
                throw new SignatureException($"verifying the signature of {Quote.Text(RedactedText.Of(Address))}: {error.Message}", error) { Hint = "the source, or the policy of the build, says who must have signed it" };
            }
        }

        return fetched;
    }

    private async Task<FetchedFile> FetchUnverifiedAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (options.IsOfSession)
        {
            return await FetchFromSessionAsync(context, cancellationToken);
        }

        var key = options.RequestKey;
        var known = FetchedFile.Parse(await services.Memory.FindAsync(Scope, key, cancellationToken));
        if (known is not null && await services.Content.FindAsync(known.Digest, cancellationToken) is null)
        {
            known = null;
        }

        if (known is not null && options.Checksum == known.Digest)
        {
            return known;
        }

        var authorization = await FindAuthorizationAsync(context, cancellationToken);
        using var response = await SendAsync(authorization, known, cancellationToken);
        if (known is not null && IsUnchanged(response, known))
        {
            return CheckDigest(known);
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new CofferdamException(ErrorCode.NotFound, $"invalid response status {(int)response.StatusCode} of {Quote.Text(RedactedText.Of(Address))}")
            {
                Hint = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    ? $"check the address, or give a token with --secret id={HttpSourceOptions.TokenPrefix}{options.Address.Host},src=FILE"
                    : "check the address",
            };
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var digest = await StoreAsync(body, response.Content.Headers.ContentLength ?? 0, context, cancellationToken);
        var modified = response.Content.Headers.LastModified;
        var name = response.Content.Headers.ContentDisposition is { } disposition ? disposition.FileNameStar ?? disposition.FileName?.Trim('"') : null;
        var fetched = new FetchedFile(digest, modified, TagOf(response), name, modified is { } time && response.Headers.Date is { } date && date - time >= _sureAge);
        await services.Memory.PutAsync(Scope, key, fetched.Write(), cancellationToken);
        return fetched;
    }

    private static string? TagOf(HttpResponseMessage response) => response.Headers.ETag?.Tag;

    // Some servers name the content and send it all the same.
    private static bool IsUnchanged(HttpResponseMessage response, FetchedFile known) =>
        response.StatusCode == HttpStatusCode.NotModified || (response.StatusCode == HttpStatusCode.OK && known.ETag is not null && TagOf(response) == known.ETag);

    private FetchedFile CheckDigest(FetchedFile file) => options.Checksum is not { } checksum || checksum == file.Digest
        ? file
        : throw new CofferdamException(ErrorCode.DigestMismatch, $"digest mismatch for {Quote.Text(RedactedText.Of(Address))}: {file.Digest} (expected: {checksum})");

    // A secret that is asked for by name must be there; those by host need not. Of those a token wins, as with BuildKit.
    private async Task<string?> FindAuthorizationAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (options.AuthorizationSecret is { } id)
        {
            return await SourceServices.FindSecretAsync(id, context, cancellationToken)
                ?? throw new CofferdamException(ErrorCode.SecretMissing, $"fetching {Quote.Text(RedactedText.Of(Address))}: secret {id}: not found") { Hint = $"give it with --secret id={id},src=FILE" };
        }

        var host = options.Address.Host;
        return await SourceServices.FindSecretAsync(HttpSourceOptions.TokenPrefix + host, context, cancellationToken) is { } token
            ? "Bearer " + token
            : await SourceServices.FindSecretAsync(HttpSourceOptions.HeaderPrefix + host, context, cancellationToken);
    }

    // Redirects are followed here: a credential goes along to the same server only, and never from https to http.
    private async Task<HttpResponseMessage> SendAsync(string? authorization, FetchedFile? known, CancellationToken cancellationToken)
    {
        var target = new Uri(Address);
        for (var i = 0; i <= MaximumRedirects; i++)
        {
            using var request = CreateRequest(target, MaySend(target) ? authorization : null, known);
            var response = await SendAsync(request, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            target = new Uri(target, location);
            if (target.Scheme is not ("http" or "https"))
            {
                throw new CofferdamException(ErrorCode.NotFound, $"fetching {Quote.Text(RedactedText.Of(Address))}: it leads to scheme {Quote.Text(target.Scheme)}");
            }
        }

        throw new CofferdamException(ErrorCode.NotFound, $"fetching {Quote.Text(RedactedText.Of(Address))}: stopped after {MaximumRedirects} redirects");
    }

    private bool MaySend(Uri target) =>
        target.Host == options.Address.Host && target.Port == options.Address.Port && (target.Scheme == options.Address.Scheme || target.Scheme == "https");

    private HttpRequestMessage CreateRequest(Uri target, string? authorization, FetchedFile? known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        foreach (var (name, value) in options.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!options.Headers.ContainsKey("user-agent"))
        {
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("cofferdam", null));
        }

        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }
        else if (options.Address.UserInfo.Length > 0 && MaySend(target))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(options.Address.UserInfo))));
        }

        if (known?.ETag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }
        else if (known is { IsTimeSure: true })
        {
            request.Headers.IfModifiedSince = known.LastModified;
        }

        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await services.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new CofferdamException(ErrorCode.NotFound, $"fetching {Quote.Text(RedactedText.Of(Address))}: {error.Message.ToLowerInvariant()}", error) { Hint = "check the address and the network of the daemon's machine" };
        }
    }

    private async Task<FetchedFile> FetchFromSessionAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var session = await ((BuildJob)context.Jobs[0]).GetSessionAsync(null, cancellationToken);
        var metadata = new Metadata { { "urlpath", options.Address.AbsolutePath }, { "urlhost", options.Address.Host } };
        using var call = new Upload.UploadClient(session.Calls).Pull(metadata, cancellationToken: cancellationToken);
        await using var body = new MessageReadStream<BytesMessage>(call.ResponseStream, message => message.Data);
        return new FetchedFile(await StoreAsync(body, 0, context, cancellationToken), null, null, null, IsTimeSure: false);
    }

    private async Task<Digest> StoreAsync(Stream body, long total, OperationContext context, CancellationToken cancellationToken)
    {
        await using var writer = await services.Content.OpenWriteAsync("http-" + Guid.NewGuid().ToString("N"), options.Checksum, cancellationToken);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            context.Progress.Status("downloading", "downloading", writer.Offset, total, isCompleted: false);
        }

        context.Progress.Status("downloading", "downloading", writer.Offset, writer.Offset, isCompleted: true);
        try
        {
            return (await writer.CommitAsync(cancellationToken)).Digest;
        }
        catch (DigestMismatchException error)
        {
            throw new DigestMismatchException($"digest mismatch: {Quote.Text(RedactedText.Of(Address))}", error.Expected, error.Actual);
        }
    }
}
