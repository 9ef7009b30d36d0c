using System.Collections.Immutable;
using System.Net;
using System.Runtime.ExceptionServices;
using Cofferdam.Model;
using Cofferdam.Registry.Authorization;
using Cofferdam.Registry.Connections;

namespace Cofferdam.Registry;

/// <summary>Speaks the distribution protocol to any registry. Costs nothing until its first request.</summary>
public sealed partial class RegistryClient : IRegistry, IDisposable
{
    private readonly RegistryOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly RegistryConnections _connections;
    private readonly RegistrySender _sender;

    /// <summary>Makes a client.</summary>
    public RegistryClient(RegistryOptions options, TimeProvider timeProvider)
        : this(options, timeProvider, RegistryHandlers.Make)
    {
    }

    /// <summary>Makes a client that opens connections by a part of the caller's, made for each host.</summary>
    public RegistryClient(RegistryOptions options, TimeProvider timeProvider, Func<string, RegistryHostOptions, HttpMessageHandler> makeHandler)
    {
        _options = options;
        _timeProvider = timeProvider;
        _connections = new RegistryConnections(options, makeHandler);
        _sender = new RegistrySender(options, new Authorizer(new TokenServer(options), timeProvider), timeProvider);
    }

    /// <summary>Whether a registry takes the credentials; throws <see cref="UnauthorizedException"/> when it does not.</summary>
    public async Task CheckLoginAsync(string host, IRegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var registry = ImageReference.TryParse(host + "/login", out var reference) ? reference.Registry : host;
        await EachAsync(registry, forPull: false, async endpoint =>
        {
            var call = Call($"log in to {Quote.Text(registry)}", endpoint, HttpMethod.Get, endpoint.Root, [], credentials);
            using var response = await _sender.SendAsync(call, cancellationToken);
            return response.IsSuccessStatusCode ? true : throw await RegistryErrors.FromAsync(call.Action, endpoint.Host, response, cancellationToken);
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    private static string Pull(ImageReference repository) => $"repository:{repository.Repository}:pull";

    private static string Push(ImageReference repository) => $"repository:{repository.Repository}:pull,push";

    private static RegistryCall Call(
        string action, RegistryEndpoint endpoint, HttpMethod method, Uri address, ImmutableArray<string> scopes, IRegistryCredentials credentials, Action<HttpRequestMessage>? prepare = null) => new()
    {
        Action = action,
        Endpoint = endpoint,
        Method = method,
        Address = address,
        Scopes = scopes,
        Credentials = credentials,
        Prepare = prepare,
    };

    /// <summary>Tries the endpoints of a registry in order and gives the first result. The error is that of the registry itself, not of a mirror.</summary>
    private async Task<T> EachAsync<T>(string registry, bool forPull, Func<RegistryEndpoint, Task<T>> ask)
    {
        ExceptionDispatchInfo? failure = null;
        foreach (var endpoint in _connections.For(registry, forPull))
        {
            var isPlainAgain = failure is not null && endpoint.IsFallback;
            if (isPlainAgain && !RegistryErrors.IsTlsFailure(failure!.SourceException.InnerException ?? failure.SourceException))
            {
                break;
            }

            try
            {
                return await ask(endpoint);
            }
            catch (CofferdamException error) when (!isPlainAgain || error.InnerException is null)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
            catch (CofferdamException)
            {
                break; // nobody there in plain HTTP: the TLS error says more
            }
        }

        failure?.Throw();
        throw new InvalidOperationException("a registry has at least one endpoint");
    }

    private static bool IsNotFound(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.NotFound;
}
