using System.Net.Sockets;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>What <c>--ssh</c> offers under an id: an agent's socket, or keys.</summary>
internal sealed class AgentSource
{
    private readonly string? _socket;
    private readonly KeyAgent? _keys;

    private AgentSource(string? socket, KeyAgent? keys, bool isRaw) => (_socket, _keys, IsRaw) = (socket, keys, isRaw);

    /// <summary>Whether all that a step sends goes to the socket, and all of its answers back.</summary>
    public bool IsRaw { get; }

    /// <summary>Looks at what is offered; throws when it is not there or cannot be used.</summary>
    public static AgentSource Open(SessionAgent agent)
    {
        var paths = agent.Paths.Where(static path => path.Length > 0).ToList();
        if (paths.Count == 0)
        {
            throw new InvalidInputException($"offer ssh agent {Quote.Text(agent.Id)}: SSH_AUTH_SOCK is not set") { Hint = "start an agent with eval $(ssh-agent) and add a key with ssh-add" };
        }

        var sockets = paths.Where(path => IsSocket(agent.Id, path)).ToList();
        if (sockets.Count > 0)
        {
            return paths.Count == 1
                ? new AgentSource(sockets[0], null, agent.IsRaw)
                : throw new InvalidInputException($"offer ssh agent {Quote.Text(agent.Id)}: a socket cannot go with other sockets or keys") { Hint = "give each an id of its own: --ssh NAME=SOCKET" };
        }

        return agent.IsRaw
            ? throw new InvalidInputException($"offer ssh agent {Quote.Text(agent.Id)}: raw=true is for a socket, and {Quote.Text(paths[0])} is none")
            : new AgentSource(null, new KeyAgent([.. paths.Select(path => KeyValuePair.Create(path, SshKeyFile.Read(path)))]), isRaw: false);
    }

    /// <summary>Connects to the socket.</summary>
    public async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket!), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>An agent that lists keys and signs, and no more.</summary>
    public async Task<IAgentConnection> OpenAsync(CancellationToken cancellationToken) => _keys is not null ? _keys : new FilteredAgent(await ConnectAsync(cancellationToken));

    private static bool IsSocket(string id, string path)
    {
        if (!Path.Exists(path))
        {
            throw NotThere(id, path);
        }

        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        if (!Directory.Exists(Path.GetDirectoryName(target)) || Directory.Exists(target))
        {
            throw NotThere(id, path);
        }

        using var directory = RootedDirectory.Open(Path.GetDirectoryName(target)!);
        return directory.TryStat(Path.GetFileName(target), out var stat) ? stat.Type == FileType.Socket : throw NotThere(id, path);
    }

    private static NotFoundException NotThere(string id, string path) => new($"offer ssh agent {Quote.Text(id)}: {Quote.Text(path)} is not there")
    {
        Hint = $"name a private key, or the socket of an agent that runs: --ssh {id}=$SSH_AUTH_SOCK",
    };
}
