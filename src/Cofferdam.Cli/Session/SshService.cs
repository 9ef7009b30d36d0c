using System.Net.Sockets;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Ssh;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Connects steps to ssh agents of this machine.</summary>
internal sealed class SshService : SSH.SSHBase
{
    private const string IdHeader = "buildkit.ssh.id";
    private const string DefaultId = "default";
    private const int ChunkBytes = 32 * 1024;

    private readonly Dictionary<string, string> _sockets = new(StringComparer.Ordinal);

    /// <summary>Finds the agents' sockets; throws when one is not there.</summary>
    public SshService(IReadOnlyList<SessionAgent> agents)
    {
        foreach (var agent in agents)
        {
            _sockets[agent.Id] = FindSocket(agent);
        }
    }

    public override Task<CheckAgentResponse> CheckAgent(CheckAgentRequest request, ServerCallContext context)
    {
        _ = Socket(request.ID);
        return Task.FromResult(new CheckAgentResponse());
    }

    public override async Task ForwardAgent(IAsyncStreamReader<BytesMessage> requestStream, IServerStreamWriter<BytesMessage> responseStream, ServerCallContext context)
    {
        var path = Socket(context.RequestHeaders.GetValue(IdHeader) ?? DefaultId);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), context.CancellationToken);
        await using var agent = new NetworkStream(socket, ownsSocket: false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var requests = SendRequestsAsync(new MessageReadStream<BytesMessage>(requestStream, static message => message.Data), agent, socket, stop.Token);
        try
        {
            await using var answers = new MessageWriteStream(ChunkBytes, data => responseStream.WriteAsync(new BytesMessage { Data = data }, stop.Token));
            var buffer = new byte[ChunkBytes];
            int read;
            while ((read = await agent.ReadAsync(buffer, stop.Token)) > 0)
            {
                await answers.WriteAsync(buffer.AsMemory(0, read), stop.Token);
                await answers.FlushAsync(stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await requests.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendRequestsAsync(Stream requests, NetworkStream agent, Socket socket, CancellationToken cancellationToken)
    {
        await requests.CopyToAsync(agent, ChunkBytes, cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }

    private static string FindSocket(SessionAgent agent)
    {
        var path = agent.Path;
        if (path.Length == 0)
        {
            throw new InvalidInputException($"offer ssh agent {Quote.Text(agent.Id)}: SSH_AUTH_SOCK is not set") { Hint = "start an agent with eval $(ssh-agent) and add a key with ssh-add" };
        }

        if (!File.Exists(path))
        {
            throw new NotFoundException($"offer ssh agent {Quote.Text(agent.Id)}: {Quote.Text(path)} is not there") { Hint = "name the socket of an agent that runs: --ssh " + agent.Id + "=$SSH_AUTH_SOCK" };
        }

        // A socket has no length and is no regular file; a key is one.
        if ((File.GetAttributes(path) & FileAttributes.Directory) == 0 && new FileInfo(path).Length > 0)
        {
            throw new UnsupportedException($"offer ssh key {Quote.Text(path)}: key files are not supported yet") { Hint = "add the key to an agent with ssh-add and offer the agent" };
        }

        return path;
    }

    private string Socket(string id)
    {
        var name = id.Length == 0 ? DefaultId : id;
        return _sockets.TryGetValue(name, out var path) ? path : throw new RpcException(new Status(StatusCode.NotFound, $"unset ssh forward key {name}"));
    }
}
