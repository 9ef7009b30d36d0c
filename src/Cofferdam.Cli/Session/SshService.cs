using System.Net.Sockets;
using Cofferdam.Cli.Session.Agents;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Ssh;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Connects steps to ssh agents and keys of this machine.</summary>
internal sealed class SshService : SSH.SSHBase
{
    private const string IdHeader = "buildkit.ssh.id";
    private const string DefaultId = "default";
    private const int ChunkBytes = 32 * 1024;

    private readonly Dictionary<string, AgentSource> _agents = new(StringComparer.Ordinal);

    /// <summary>Opens what is offered; throws when something is not there.</summary>
    public SshService(IReadOnlyList<SessionAgent> agents)
    {
        foreach (var agent in agents)
        {
            if (!_agents.TryAdd(agent.Id, AgentSource.Open(agent)))
            {
                throw new InvalidInputException($"offer ssh agent {Quote.Text(agent.Id)}: the id is given twice") { Hint = "give each an id of its own: --ssh NAME=SOCKET" };
            }
        }
    }

    public override Task<CheckAgentResponse> CheckAgent(CheckAgentRequest request, ServerCallContext context)
    {
        _ = Find(request.ID);
        return Task.FromResult(new CheckAgentResponse());
    }

    public override async Task ForwardAgent(IAsyncStreamReader<BytesMessage> requestStream, IServerStreamWriter<BytesMessage> responseStream, ServerCallContext context)
    {
        var agent = Find(context.RequestHeaders.GetValue(IdHeader) ?? DefaultId);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        await using var requests = new MessageReadStream<BytesMessage>(requestStream, static message => message.Data);
        await using var answers = new MessageWriteStream(ChunkBytes, data => responseStream.WriteAsync(new BytesMessage { Data = data }, stop.Token));
        if (agent.IsRaw)
        {
            await PassOnAsync(agent, requests, answers, stop);
            return;
        }

        await using var connection = await agent.OpenAsync(stop.Token);
        while (await AgentMessage.ReadAsync(requests, stop.Token) is { } request)
        {
            await AgentMessage.WriteAsync(answers, await connection.AnswerAsync(request, stop.Token), stop.Token);
        }
    }

    private static async Task PassOnAsync(AgentSource agent, Stream requests, Stream answers, CancellationTokenSource stop)
    {
        using var socket = await agent.ConnectAsync(stop.Token);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var sending = SendRequestsAsync(requests, stream, socket, stop.Token);
        try
        {
            var buffer = new byte[ChunkBytes];
            int read;
            while ((read = await stream.ReadAsync(buffer, stop.Token)) > 0)
            {
                await answers.WriteAsync(buffer.AsMemory(0, read), stop.Token);
                await answers.FlushAsync(stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendRequestsAsync(Stream requests, NetworkStream agent, Socket socket, CancellationToken cancellationToken)
    {
        await requests.CopyToAsync(agent, ChunkBytes, cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }

    private AgentSource Find(string id)
    {
        var name = id.Length == 0 ? DefaultId : id;
        return _agents.TryGetValue(name, out var agent) ? agent : throw new RpcException(new Status(StatusCode.NotFound, $"unset ssh forward key {name}"));
    }
}
