using System.Text;
using Cofferdam.Protocol.Secrets;
using Cofferdam.Secrets;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>What sources are made with.</summary>
internal sealed record SourceServices(ISnapshotter Snapshotter, IContentStore Content, ILayerUses Uses, IKeyValueStore Memory, HttpClient Http, string Root, ContentHash Hash, TimeProvider Clock, ImageServices Images)
{
    /// <summary>A secret of the build as text, for a header or a variable; null when the client has none of that id.</summary>
    public static async ValueTask<string?> FindSecretAsync(string id, OperationContext context, CancellationToken cancellationToken)
    {
        foreach (var job in context.Jobs.Cast<BuildJob>().Where(job => job.SessionId.Length > 0))
        {
            var session = await job.GetSessionAsync(null, cancellationToken);
            try
            {
                var response = await new Protocol.Secrets.Secrets.SecretsClient(session.Calls).GetSecretAsync(new GetSecretRequest { ID = id }, cancellationToken: cancellationToken);
                using var value = new SecretValue(response.Data.Span);
                foreach (var waiting in context.Jobs.Cast<BuildJob>())
                {
                    waiting.Secrets.Add([new SearchedSecret(id, value)]); // so that what it fetched, a .git/config for example, is searched for it before it goes out
                }

                return Encoding.UTF8.GetString(response.Data.Span).Trim();
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented)
            {
                // The client has none; another that waits for the same vertex may.
            }
        }

        return null;
    }
}
