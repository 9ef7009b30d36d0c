using System.Text.Json.Nodes;
using Cofferdam.Model;
using Cofferdam.Protocol.Secrets;
using Cofferdam.Secrets;
using Cofferdam.Solver;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Secrets of the clients that wait for a vertex, asked for anew each time.</summary>
internal sealed class SessionSecrets(IReadOnlyList<IJobContext> jobs) : ISecretProvider
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private const string HintType = "github.com/cofferdam/hint+json";

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
            catch (RpcException error) when (error.Trailers.GetValueBytes(DetailsTrailer) is { } details)
            {
                throw Describe(error, details);
            }
        }

        return null;
    }

    // What a client of ours says of a source that does not give its value, with what to do about it.
    private static CofferdamException Describe(RpcException error, byte[] details)
    {
        string? hint = null;
        foreach (var detail in Protocol.Rpc.Status.Parser.ParseFrom(details).Details.Where(detail => detail.TypeUrl == HintType))
        {
            hint = (string?)JsonNode.Parse(detail.Value.Span)?["hint"];
        }

        return new CofferdamException(ErrorCode.SecretMissing, error.Status.Detail, error) { Hint = hint };
    }
}
