using Cofferdam.Protocol.FileSync;
using Cofferdam.Registry;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Gives the user's registry logins. Tokens are got by the daemon.</summary>
internal sealed class AuthService(IRegistryCredentials credentials) : Auth.AuthBase
{
    public override async Task<CredentialsResponse> Credentials(CredentialsRequest request, ServerCallContext context)
    {
        var login = await credentials.GetAsync(request.Host, context.CancellationToken);
        return new CredentialsResponse { Username = login?.UserName ?? string.Empty, Secret = login?.Secret ?? string.Empty };
    }
}
