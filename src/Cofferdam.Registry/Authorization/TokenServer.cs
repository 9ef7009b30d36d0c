using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cofferdam.Model;
using Cofferdam.Registry.Connections;

namespace Cofferdam.Registry.Authorization;

/// <summary>Gets bearer tokens from a registry's token server.</summary>
internal sealed class TokenServer(RegistryOptions options)
{
    private const int MaxTokenBytes = 1024 * 1024;
    private const string ClientId = "cofferdam";

    /// <summary>A token; the client's own if it gets tokens itself, else by its login or anonymously.</summary>
    internal async Task<RegistryToken> GetAsync(RegistryEndpoint endpoint, TokenRequest request, IRegistryCredentials credentials, CancellationToken cancellationToken)
    {
        if (await credentials.FetchTokenAsync(request, cancellationToken) is { } ready)
        {
            return ready;
        }

        if (!Uri.TryCreate(request.Realm, UriKind.Absolute, out var realm) || realm.Scheme is not ("https" or "http"))
        {
            throw new CofferdamException(ErrorCode.RegistryUnavailable, $"get a token for registry {Quote.Text(request.Host)}: it names no token server");
        }

        var login = await credentials.GetAsync(request.Host, cancellationToken);
        if (login is not null && realm.Scheme == "http" && endpoint.Root.Scheme == "https" && !realm.IsLoopback)
        {
            throw new UnauthorizedException($"get a token for registry {Quote.Text(request.Host)}: its token server {Quote.Text(RedactedAddress.Of(realm))} would be sent the password without TLS");
        }

        if (login is { UserName.Length: 0 })
        {
            using var refreshed = await PostAsync(endpoint, realm, request, login, cancellationToken);
            return await ReadAsync(request, refreshed, cancellationToken);
        }

        using var answer = await SendAsync(endpoint, () => Get(realm, request, login), cancellationToken);
        var mayPost = login is not null && answer.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound or HttpStatusCode.Unauthorized;
        if (!mayPost || login is null)
        {
            return await ReadAsync(request, answer, cancellationToken);
        }

        using var posted = await PostAsync(endpoint, realm, request, login, cancellationToken);
        return posted.IsSuccessStatusCode || answer.StatusCode != HttpStatusCode.Unauthorized
            ? await ReadAsync(request, posted, cancellationToken)
            : await ReadAsync(request, answer, cancellationToken); // the first refusal says more than "no such method"
    }

    private Task<HttpResponseMessage> PostAsync(RegistryEndpoint endpoint, Uri realm, TokenRequest request, RegistryLogin login, CancellationToken cancellationToken) =>
        SendAsync(endpoint, () => Post(realm, request, login), cancellationToken);

    private static HttpRequestMessage Get(Uri realm, TokenRequest request, RegistryLogin? login)
    {
        var query = new StringBuilder(realm.Query.TrimStart('?'));
        Append(query, "service", request.Service);
        foreach (var scope in request.Scopes)
        {
            Append(query, "scope", scope);
        }

        var message = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        message.Headers.Authorization = login is null ? null : BasicHeader.Of(login);
        return message;
    }

    private static HttpRequestMessage Post(Uri realm, TokenRequest request, RegistryLogin login)
    {
        var form = new Dictionary<string, string>
        {
            ["client_id"] = ClientId,
            ["service"] = request.Service,
            ["scope"] = string.Join(' ', request.Scopes),
            ["grant_type"] = login.UserName.Length == 0 ? "refresh_token" : "password",
        };
        if (login.UserName.Length == 0)
        {
            form["refresh_token"] = login.Secret;
        }
        else
        {
            (form["username"], form["password"]) = (login.UserName, login.Secret);
        }

        return new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
    }

    private async Task<HttpResponseMessage> SendAsync(RegistryEndpoint endpoint, Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var message = make();
        message.Headers.UserAgent.ParseAdd(options.UserAgent);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            return await endpoint.Invoker.SendAsync(message, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw RegistryErrors.From($"get a token for registry {Quote.Text(RegistryErrors.Shown(endpoint.Host))}", message.RequestUri!, error);
        }
    }

    private static async Task<RegistryToken> ReadAsync(TokenRequest request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var action = $"get a token for registry {Quote.Text(RegistryErrors.Shown(request.Host))}";
        if (!answer.IsSuccessStatusCode)
        {
            throw await RegistryErrors.FromAsync(action, request.Host, answer, cancellationToken);
        }

        try
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var bytes = await Transfers.BoundedContent.ReadAsync(stream, MaxTokenBytes, action, cancellationToken);
            var read = JsonSerializer.Deserialize(bytes, TokenJsonContext.Default.TokenAnswer);
            var token = string.IsNullOrEmpty(read?.Token) ? read?.AccessToken : read.Token;
            if (!string.IsNullOrEmpty(token))
            {
                DateTimeOffset? issued = DateTimeOffset.TryParse(read!.IssuedAt, CultureInfo.InvariantCulture, out var at) ? at : null;
                return new RegistryToken(token, TimeSpan.FromSeconds(Math.Clamp(read.ExpiresIn, 0, 7 * 24 * 3600)), issued);
            }
        }
        catch (JsonException error)
        {
            throw new CofferdamException(ErrorCode.RegistryUnavailable, $"{action}: the token server's answer is no JSON", error);
        }

        throw new CofferdamException(ErrorCode.RegistryUnavailable, $"{action}: the token server's answer holds no token");
    }

    private static void Append(StringBuilder query, string name, string value)
    {
        if (value.Length > 0)
        {
            query.Append(query.Length == 0 ? string.Empty : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }
}
