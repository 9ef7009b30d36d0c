using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Cofferdam.Model;
using Cofferdam.Registry.Authorization;

namespace Cofferdam.Registry.Connections;

/// <summary>Sends requests: with credentials once they are asked for, along redirects, and again where that may help.</summary>
internal sealed class RegistrySender(RegistryOptions options, Authorizer authorizer, TimeProvider timeProvider)
{
    private const int MaxRedirects = 10;

    /// <summary>Sends a request and returns the last answer, whatever its status. Throws when there is none after all tries.</summary>
    internal async Task<HttpResponseMessage> SendAsync(RegistryCall call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage? response = null;
            Exception? failure = null;
            try
            {
                response = await SendAuthorizedAsync(call, cancellationToken);
                if (!MayPass(response.StatusCode) || attempt >= Attempts(call))
                {
                    return response;
                }
            }
            catch (Exception error) when (IsTransient(error, cancellationToken))
            {
                failure = error;
                if (attempt >= Attempts(call) || !MayPass(error))
                {
                    throw RegistryErrors.From(call.Action, call.Address, error);
                }
            }

            if (Delay(response, attempt) is not { } delay)
            {
                return response!;
            }

            response?.Dispose();
            await Task.Delay(delay, timeProvider, cancellationToken);
        }
    }

    /// <summary>Waits before another try, longer from try to try.</summary>
    internal Task BackOffAsync(int attempt, CancellationToken cancellationToken) => Task.Delay(Delay(null, attempt)!.Value, timeProvider, cancellationToken);

    /// <summary>Whether an exception tells of the connection, not of a fault here.</summary>
    internal static bool IsTransient(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private int Attempts(RegistryCall call) => call.IsRepeatable ? Math.Max(1, options.MaxAttempts) : 1;

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool MayPass(Exception error) => !RegistryErrors.IsTlsFailure(error) &&
        error is not HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError };

    /// <summary>How long to wait; null when the registry asks for more than is bearable.</summary>
    private TimeSpan? Delay(HttpResponseMessage? response, int attempt)
    {
        var asked = response?.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - timeProvider.GetUtcNow()) : null;
        if (asked > options.MaxDelay)
        {
            return null;
        }

        var doubled = options.FirstDelay * Math.Pow(2, attempt - 1);
        var jitter = 0.75 + (RandomNumberGenerator.GetInt32(500) / 1000.0); // those that failed together do not come back together
        return asked > TimeSpan.Zero ? asked : doubled * jitter;
    }

    private async Task<HttpResponseMessage> SendAuthorizedAsync(RegistryCall call, CancellationToken cancellationToken)
    {
        var sent = authorizer.Find(call.Endpoint, call.Scopes, call.Credentials);
        var response = await FollowAsync(call, sent, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !IsSameServer(response.RequestMessage?.RequestUri, call.Endpoint.Root))
        {
            return response;
        }

        var challenges = response.Headers.TryGetValues("WWW-Authenticate", out var values) ? values.ToImmutableArray() : [];
        var header = await authorizer.AnswerAsync(call.Endpoint, challenges, call.Scopes, sent, call.Credentials, cancellationToken);
        if (header is null)
        {
            return response;
        }

        response.Dispose();
        return await FollowAsync(call, header, cancellationToken);
    }

    private async Task<HttpResponseMessage> FollowAsync(RegistryCall call, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var address = call.Address;
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendOnceAsync(call, address, authorization, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || response.Headers.Location is not { } location)
            {
                return response;
            }

            var next = new Uri(address, location);
            response.Dispose();
            if (redirects >= MaxRedirects || next.Scheme is not ("http" or "https") || (address.Scheme == "https" && next.Scheme == "http"))
            {
                throw new CofferdamException(ErrorCode.RegistryUnavailable, $"{call.Action}: registry {Quote.Text(RegistryErrors.Shown(call.Endpoint.Host))} redirects to {Quote.Text(RedactedAddress.Of(next))}, which is not followed");
            }

            address = next;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(RegistryCall call, Uri address, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, address);
        request.Headers.UserAgent.ParseAdd(options.UserAgent);
        call.Prepare?.Invoke(request);

        // A token is for the registry alone, never for where it sends us (a storage service with signed addresses).
        request.Headers.Authorization = IsSameServer(address, call.Endpoint.Root) ? authorization : null;
        if (call.Method == HttpMethod.Put || call.Method == HttpMethod.Patch)
        {
            return await call.Endpoint.Invoker.SendAsync(request, cancellationToken); // how long a body takes is not known
        }

        using var timeout = new CancellationTokenSource(options.IdleTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await call.Endpoint.Invoker.SendAsync(request, either.Token);
    }

    private static bool IsSameServer(Uri? left, Uri right) => left is not null && left.Scheme == right.Scheme && left.Authority == right.Authority;
}
