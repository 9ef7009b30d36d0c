using Cofferdam.Protocol.Secrets;
using Cofferdam.Secrets;
using Cofferdam.Solver;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Secrets of the clients that wait for a vertex, asked for anew each time.</summary>
internal sealed class SessionSecrets(IReadOnlyList<IJobContext> jobs) : ISecretProvider
{
    public async ValueTask<SecretValue?> GetAsync(string id, CancellationToken cancellationToken)
    {
        foreach (var job in jobs.Cast<BuildJob>().Where(job => job.SessionId.Length > 0))
        {
            var session = await job.GetSessionAsync(null, cancellationToken);
            try
            {
                var response = await new Protocol.Secrets.Secrets.SecretsClient(session.Calls).GetSecretAsync(new GetSecretRequest { ID = id }, cancellationToken: cancellationToken);
                return new SecretValue(response.Data.Span);
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented)
            {
                // This client has none; another that waits for the same vertex may.
            }
        }

        return null;
    }
}
