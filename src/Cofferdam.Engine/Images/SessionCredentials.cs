using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cofferdam.Model;
using Cofferdam.Protocol.FileSync;
using Cofferdam.Registry;
using Cofferdam.Solver;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>The logins of the clients that wait for a piece of work: the first that has one is taken. A client without the service is anonymous.</summary>
public sealed class SessionCredentials : IRegistryCredentials
{
    private const string Service = "/moby.filesync.v1.Auth/";
    private const string ClientId = "buildkit-client"; // the name that clients expect of a daemon
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Tells a client's keys for this daemon from those for others.
    private static readonly ByteString Salt = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32));
    private static readonly ConditionalWeakTable<BuildJob, SessionCredentials> Known = [];

    private readonly ImmutableArray<BuildJob> _jobs;

    private SessionCredentials(ImmutableArray<BuildJob> jobs) => _jobs = jobs;

    /// <summary>The logins for some builds; the same object for the same build, so that its tokens are used again.</summary>
    public static IRegistryCredentials For(IReadOnlyList<IJobContext> jobs)
    {
        ImmutableArray<BuildJob> builds = [.. jobs.OfType<BuildJob>().Where(job => job.SessionId.Length > 0)];
        return builds.Length switch
        {
            0 => AnonymousCredentials.Instance,
            1 => Known.GetValue(builds[0], static job => new SessionCredentials([job])),
            _ => new SessionCredentials(builds),
        };
    }

    /// <inheritdoc/>
    public ValueTask<RegistryLogin?> GetAsync(string host, CancellationToken cancellationToken) => FirstAsync("Credentials", async client =>
    {
        var answer = await client.CredentialsAsync(new CredentialsRequest { Host = host }, Options(cancellationToken));
        return answer is { Username.Length: 0, Secret.Length: 0 } ? null : new RegistryLogin(answer.Username, answer.Secret);
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RegistryToken?> FetchTokenAsync(TokenRequest request, CancellationToken cancellationToken) => FirstAsync("FetchToken", async client =>
    {
        var authority = await client.GetTokenAuthorityAsync(new GetTokenAuthorityRequest { Host = request.Host, Salt = Salt }, Options(cancellationToken));
        if (authority.PublicKey.Length != 32)
        {
            return null;
        }

        var ask = new FetchTokenRequest { ClientID = ClientId, Host = request.Host, Realm = request.Realm, Service = request.Service };
        ask.Scopes.AddRange(request.Scopes);
        var answer = await client.FetchTokenAsync(ask, Options(cancellationToken));
        DateTimeOffset? issued = answer.IssuedAt > 0 ? DateTimeOffset.FromUnixTimeSeconds(answer.IssuedAt) : null;
        return answer.Token.Length == 0 ? null : new RegistryToken(answer.Token, TimeSpan.FromSeconds(Math.Max(0, answer.ExpiresIn)), issued);
    }, cancellationToken);

    private static CallOptions Options(CancellationToken cancellationToken) => new(cancellationToken: cancellationToken);

    private async ValueTask<T?> FirstAsync<T>(string method, Func<Auth.AuthClient, Task<T?>> ask, CancellationToken cancellationToken)
        where T : class
    {
        foreach (var job in _jobs)
        {
            try
            {
                var session = await job.GetSessionAsync(null, cancellationToken);
                if (session.Exposes(Service + method) && await ask(new Auth.AuthClient(session.Calls)).WaitAsync(Patience, cancellationToken) is { } found)
                {
                    return found;
                }
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Unimplemented or StatusCode.Unavailable)
            {
                // It does not serve this one; the other way of asking may do.
            }
            catch (RpcException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new UnauthorizedException($"ask the client for its login: {error.Status.Detail}", error);
            }
            catch (TimeoutException error)
            {
                throw new UnauthorizedException("ask the client for its login: it does not answer", error);
            }
            catch (CofferdamException error) when (error.Code == ErrorCode.SessionMissing)
            {
                // That client has gone.
            }
        }

        return null;
    }
}
