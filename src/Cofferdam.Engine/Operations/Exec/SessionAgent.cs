using Cofferdam.Protocol.Ssh;
using Cofferdam.Solver;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>A client's ssh agent.</summary>
internal sealed class SessionAgent
{
    private readonly SSH.SSHClient _client;
    private readonly string _id;

    private SessionAgent(SSH.SSHClient client, string id) => (_client, _id) = (client, id);

    /// <summary>The agent of that id; null when no client that waits serves it.</summary>
    public static async Task<SessionAgent?> FindAsync(IReadOnlyList<IJobContext> jobs, string id, CancellationToken cancellationToken)
    {
        var name = id.Length == 0 ? "default" : id;
        foreach (var job in jobs.Cast<BuildJob>().Where(job => job.SessionId.Length > 0))
        {
            var session = await job.GetSessionAsync(null, cancellationToken);
            var client = new SSH.SSHClient(session.Calls);
            try
            {
                await client.CheckAgentAsync(new CheckAgentRequest { ID = name }, cancellationToken: cancellationToken);
                return new SessionAgent(client, name);
            }
            catch (RpcException error) when (error.StatusCode != StatusCode.Cancelled)
            {
                // Not served, or not by this client.
            }
        }

        return null;
    }

    /// <summary>Opens a connection to the agent; the caller disposes it.</summary>
    public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var call = _client.ForwardAgent(new Metadata { { "buildkit.ssh.id", _id } }, cancellationToken: cancellationToken);
        return ValueTask.FromResult<Stream>(new AgentStream(call));
    }
}
