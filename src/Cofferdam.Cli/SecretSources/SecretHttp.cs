using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cofferdam.Model;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Asks services for secrets: each request has a time to be answered in, and is sent once more where the network or the service fails.</summary>
/// <param name="surroundings">The time-outs.</param>
/// <param name="authorities">A file of certificates that are trusted in place of the machine's; null for those.</param>
/// <param name="isDirect">Whether no proxy is asked: for services of the machine itself.</param>
internal sealed class SecretHttp(SecretSurroundings surroundings, string? authorities = null, bool isDirect = false) : IDisposable
{
    // A value as JSON may write each of its bytes with six.
    private const int MaxAnswerBytes = (6 * Limits.SecretBytes) + (64 * 1024);

    private readonly HttpClient _client = new(CreateHandler(authorities, isDirect)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>An address as users and settings name it; throws where values could be read on their way to it.</summary>
    public static Uri Address(string text, string what)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            throw new SecretSourceException($"{what} is no address of http or https") { Hint = "write it as https://HOST[:PORT]" };
        }

        return address;
    }

    /// <summary>An address that is of https, or of this machine.</summary>
    public static Uri SecureAddress(string text, string what) => Address(text, what) is var address && (address.Scheme == "https" || address.IsLoopback)
        ? address
        : throw new SecretSourceException($"{what} is of http: what is sent could be read on its way") { Hint = "write it as https://HOST[:PORT]" };

    /// <summary>Sends a request and reads the whole answer; throws <see cref="SecretSourceException"/> where there is none.</summary>
    /// <param name="create">Makes the request, each time anew.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<SecretAnswer> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = create();
            using var limit = new CancellationTokenSource(surroundings.RequestTimeout, surroundings.Time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            try
            {
                var answer = await AskAsync(request, stop.Token);
                if (attempt > 1 || answer.Status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
                {
                    return answer;
                }

                answer.Dispose();
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new SecretSourceException(string.Create(CultureInfo.InvariantCulture, $"{request.RequestUri!.Authority} did not answer within {surroundings.RequestTimeout.TotalSeconds:0.###} seconds"))
                {
                    Hint = "check the address, and whether a proxy is needed (HTTPS_PROXY)",
                };
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                if (attempt > 1)
                {
                    throw new SecretSourceException($"{request.RequestUri!.Authority} can't be asked: {Describe(error)}", error) { Hint = "check the address, and whether a proxy is needed (HTTPS_PROXY)" };
                }
            }

            await Task.Delay(surroundings.RetryDelay, surroundings.Time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<SecretAnswer> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var body = new WipedBuffer(MaxAnswerBytes);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await body.FillAsync(stream, cancellationToken) ? new SecretAnswer(response.StatusCode, body) : throw WipedBuffer.TooLarge();
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    // Not the messages of HttpClient: those may cite what the other side sent.
    private static string Describe(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known",
        { InnerException: AuthenticationException refused } => refused.Message.TrimEnd('.'),
        { InnerException: SocketException refused } => refused.Message.ToLowerInvariant(),
        _ => "the connection broke",
    };

    private static SocketsHttpHandler CreateHandler(string? authorities, bool isDirect)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !isDirect, AutomaticDecompression = DecompressionMethods.None };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            try
            {
                policy.CustomTrustStore.ImportFromPemFile(authorities);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
            {
                throw new SecretSourceException($"the certificates of {Quote.Text(authorities)} can't be read", error);
            }

            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }
}
