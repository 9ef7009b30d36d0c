using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cofferdam.Model;

namespace Cofferdam.Registry.Connections;

/// <summary>Says in words why a registry did not do what was asked.</summary>
internal static class RegistryErrors
{
    private const int MaxErrorBytes = 16 * 1024;

    /// <summary>The error an answer stands for; reads its body.</summary>
    /// <param name="action">What was being done, for example <c>pull "alpine"</c>.</param>
    /// <param name="host">The registry.</param>
    /// <param name="response">The answer.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    internal static async Task<CofferdamException> FromAsync(string action, string host, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (code, said) = await ReadAsync(response, cancellationToken);
        var detail = said.Length == 0 ? string.Empty : $": {said}";
        var login = $"if it is private, run: coffer login {Shown(host)}";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new UnauthorizedException($"{action}: registry {Quote.Text(Shown(host))} wants other credentials{detail}") { Hint = login },
            HttpStatusCode.Forbidden => new UnauthorizedException($"{action}: registry {Quote.Text(Shown(host))} denies access{detail}") { Hint = login },
            HttpStatusCode.NotFound => new NotFoundException($"{action}: {NotFound(code, host)}") { Hint = "check the name and the tag; " + login },
            HttpStatusCode.TooManyRequests => new CofferdamException(ErrorCode.RegistryUnavailable, $"{action}: registry {Quote.Text(Shown(host))} limits how often it may be asked{detail}")
            {
                Hint = $"wait{(response.Headers.RetryAfter is { } after ? $" ({after} s)" : string.Empty)}, or run: coffer login {Shown(host)}",
            },
            var status => new CofferdamException(ErrorCode.RegistryUnavailable, $"{action}: registry {Quote.Text(Shown(host))} answers {(int)status} {response.ReasonPhrase}{detail}") { Hint = "try again later, or ask whoever runs the registry" },
        };
    }

    /// <summary>The error for a request that got no answer.</summary>
    internal static CofferdamException From(string action, Uri address, Exception error)
    {
        var host = address.Authority;
        if (IsTlsFailure(error))
        {
            var reason = (error.InnerException ?? error).Message.TrimEnd('.');
            var isNotTls = reason.Contains("frame", StringComparison.OrdinalIgnoreCase) || reason.Contains("unexpected EOF", StringComparison.OrdinalIgnoreCase)
                || reason.Contains("wrong version", StringComparison.OrdinalIgnoreCase) || reason.Contains("Cannot determine", StringComparison.OrdinalIgnoreCase);
            return new CofferdamException(ErrorCode.RegistryUnavailable, $"{action}: no TLS connection to registry {Quote.Text(host)}: {reason}", error)
            {
                Hint = isNotTls
                    ? $"if the registry speaks plain http, set http = true under [registry.\"{host}\"] in the daemon's configuration"
                    : $"if its certificate is from your own authority, name it by ca = [...] under [registry.\"{host}\"] in the daemon's configuration",
            };
        }

        var why = error is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } ? "its name is not known"
            : error is OperationCanceledException ? "it does not answer"
            : (error.InnerException ?? error).Message.TrimEnd('.');
        return new CofferdamException(ErrorCode.RegistryUnavailable, $"{action}: cannot reach registry {Quote.Text(host)}: {why}", error)
        {
            Hint = "check the name, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)",
        };
    }

    internal static bool IsTlsFailure(Exception error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } || error.InnerException is AuthenticationException;

    /// <summary>The registry as users name it.</summary>
    internal static string Shown(string host) => host == "registry-1.docker.io" ? ImageReference.DefaultRegistry : host;

    private static string NotFound(string code, string host) => code switch
    {
        "NAME_UNKNOWN" => $"registry {Quote.Text(Shown(host))} has no such repository",
        "BLOB_UNKNOWN" => $"registry {Quote.Text(Shown(host))} does not have the blob",
        _ => $"not found in registry {Quote.Text(Shown(host))} (manifest unknown)",
    };

    private static async Task<(string Code, string Said)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[MaxErrorBytes];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            if (JsonNode.Parse(buffer.AsSpan(0, length)) is JsonObject root)
            {
                // Registries answer with "errors", token servers with "details" (Docker Hub) or "error_description" (OAuth).
                if (root["errors"] is JsonArray { Count: > 0 } errors && errors[0] is JsonObject first)
                {
                    return (Text(first["code"]), Clean(Text(first["message"])));
                }

                return (string.Empty, Clean(Text(root["error_description"] ?? root["details"] ?? root["message"])));
            }
        }
        catch (Exception error) when (error is JsonException or IOException or HttpRequestException)
        {
            // What went wrong is known by the status; the text is a help only.
        }

        return (string.Empty, string.Empty);
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : string.Empty;

    private static string Clean(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(300)]);
}
