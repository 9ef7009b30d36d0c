using System.Net;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Sends requests again where the server or the network did not do its part.</summary>
/// <param name="http">Sends them; has no timeout of its own.</param>
/// <param name="clock">The clock.</param>
/// <param name="attempts">How often a request is sent at most.</param>
/// <param name="patience">How long a server that says it is asked too often is waited for in all; zero counts that among the attempts.</param>
internal sealed class RetryingSender(HttpClient http, TimeProvider clock, int attempts, TimeSpan patience)
{
    // As the AWS SDKs' standard mode: twice as long each time, at most 20 seconds.
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(20);

    // An upload may take long; an answer's head after it may not.
    private static readonly TimeSpan s_longestAttempt = TimeSpan.FromMinutes(10);

    /// <summary>The last answer, its body not read; throws when there is none.</summary>
    /// <param name="server">What users know the server by.</param>
    /// <param name="make">Makes the request, for each attempt anew.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<HttpResponseMessage> SendAsync(string server, Func<CancellationToken, ValueTask<HttpRequestMessage>> make, CancellationToken cancellationToken)
    {
        var end = clock.GetUtcNow() + patience;
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage? answer = null;
            Exception? failure = null;
            try
            {
                using var request = await make(cancellationToken);
                answer = await SendOnceAsync(request, cancellationToken);
                if (!IsPassing(answer.StatusCode))
                {
                    return answer;
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException && !cancellationToken.IsCancellationRequested)
            {
                failure = error is HttpRequestException { InnerException: { } inner } ? inner : error;
            }

            var isBusy = answer?.StatusCode is HttpStatusCode.TooManyRequests && clock.GetUtcNow() < end;
            if (attempt >= attempts && !isBusy)
            {
                return answer ?? throw new CofferdamException(ErrorCode.RegistryUnavailable, $"ask {server}: {failure?.Message}", failure);
            }

            var delay = DelayOf(answer, attempt);
            answer?.Dispose();
            await Task.Delay(delay, clock, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_longestAttempt, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"there is no answer for {s_longestAttempt.TotalMinutes:0} minutes", error);
        }
    }

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private TimeSpan DelayOf(HttpResponseMessage? answer, int attempt)
    {
        var asked = answer?.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - clock.GetUtcNow() : null;
        var delay = asked ?? s_firstDelay * Math.Pow(2, Math.Min(attempt - 1, 10)) * (0.5 + (Random.Shared.NextDouble() / 2));
        return delay < TimeSpan.Zero ? TimeSpan.Zero : asked is null && delay > s_longestDelay ? s_longestDelay : delay;
    }
}
