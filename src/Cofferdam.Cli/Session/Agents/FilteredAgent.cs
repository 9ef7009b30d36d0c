using System.Net.Sockets;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>A connection to the user's agent on which a step can list keys and sign; it cannot add, remove or lock any, nor use extensions.</summary>
internal sealed class FilteredAgent(Socket socket) : IAgentConnection
{
    private readonly NetworkStream _agent = new(socket, ownsSocket: true);

    public async ValueTask<byte[]> AnswerAsync(byte[] request, CancellationToken cancellationToken)
    {
        if (request[0] is not (AgentMessage.ListKeys or AgentMessage.Sign))
        {
            return [AgentMessage.Failure];
        }

        await AgentMessage.WriteAsync(_agent, request, cancellationToken);
        return await AgentMessage.ReadAsync(_agent, cancellationToken) ?? [AgentMessage.Failure];
    }

    public ValueTask DisposeAsync() => _agent.DisposeAsync();
}
