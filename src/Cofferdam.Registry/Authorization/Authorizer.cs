using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Cofferdam.Registry.Connections;

namespace Cofferdam.Registry.Authorization;

/// <summary>Answers registries that want to know who asks. What worked is kept for each credentials object, host and scope, as long as the object lives.</summary>
internal sealed class Authorizer(TokenServer tokens, TimeProvider timeProvider)
{
    // Where a token's lifetime is not said (token specification); refreshed at nine tenths of it.
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);

    private readonly ConditionalWeakTable<IRegistryCredentials, Known> _known = [];

    /// <summary>The header to send at once; null when none is known yet.</summary>
    internal AuthenticationHeaderValue? Find(RegistryEndpoint endpoint, ImmutableArray<string> scopes, IRegistryCredentials credentials) =>
        _known.GetOrCreateValue(credentials).Headers.TryGetValue(Key(endpoint, scopes), out var cached) && cached.Expires > timeProvider.GetUtcNow() ? cached.Header : null;

    /// <summary>A header for the challenges of an answer with status 401; null when there is nothing (more) to offer.</summary>
    /// <param name="endpoint">Who asks.</param>
    /// <param name="challenges">The values of WWW-Authenticate.</param>
    /// <param name="scopes">What it is for.</param>
    /// <param name="refused">The header that was refused; null when none was sent.</param>
    /// <param name="credentials">Who the user is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<AuthenticationHeaderValue?> AnswerAsync(
        RegistryEndpoint endpoint, IEnumerable<string> challenges, ImmutableArray<string> scopes, AuthenticationHeaderValue? refused, IRegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var known = _known.GetOrCreateValue(credentials);
        await known.Turn.WaitAsync(cancellationToken);
        try
        {
            // Another request may have got it while this one waited.
            if (Find(endpoint, scopes, credentials) is { } found && !found.Equals(refused))
            {
                return found;
            }

            var made = await MakeAsync(endpoint, [.. challenges.SelectMany(AuthorizationChallenge.Parse)], scopes, credentials, cancellationToken);
            if (made is not null)
            {
                known.Headers[Key(endpoint, scopes)] = made;
            }

            return made?.Header;
        }
        finally
        {
            known.Turn.Release();
        }
    }

    private async Task<CachedAuthorization?> MakeAsync(
        RegistryEndpoint endpoint, ImmutableArray<AuthorizationChallenge> challenges, ImmutableArray<string> scopes, IRegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        if (challenges.FirstOrDefault(challenge => challenge.Scheme == "bearer") is { } bearer)
        {
            var named = bearer.Parameters.GetValueOrDefault("scope");
            var wanted = scopes.IsEmpty && !string.IsNullOrEmpty(named) ? [.. named.Split(' ', StringSplitOptions.RemoveEmptyEntries)] : scopes;
            var request = new TokenRequest(endpoint.Host, bearer.Parameters.GetValueOrDefault("realm", string.Empty), bearer.Parameters.GetValueOrDefault("service", string.Empty), wanted);
            var token = await tokens.GetAsync(endpoint, request, credentials, cancellationToken);
            var lifetime = token.ExpiresIn > TimeSpan.Zero ? token.ExpiresIn : DefaultLifetime;
            // The server's clock may be off: a time of issue in the future counts as now.
            var issued = token.IssuedAt is { } at && at < now ? at : now;
            return new CachedAuthorization(new AuthenticationHeaderValue("Bearer", token.Token), issued + (lifetime * 0.9));
        }

        if (challenges.Any(challenge => challenge.Scheme == "basic") && await credentials.GetAsync(endpoint.Host, cancellationToken) is { UserName.Length: > 0 } login)
        {
            return new CachedAuthorization(BasicHeader.Of(login), DateTimeOffset.MaxValue);
        }

        return null;
    }

    private static string Key(RegistryEndpoint endpoint, ImmutableArray<string> scopes) => $"{endpoint.Root} {string.Join(' ', scopes)}";

    private sealed class Known
    {
        internal ConcurrentDictionary<string, CachedAuthorization> Headers { get; } = new();

        internal SemaphoreSlim Turn { get; } = new(1);
    }
}
