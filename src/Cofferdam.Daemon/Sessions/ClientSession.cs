using Cofferdam.Engine;
using Cofferdam.Protocol.Calls;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>A client that is connected, as it described itself.</summary>
internal sealed class ClientSession(string id, string sharedKey, IEnumerable<string> methods, int? localProcess, RpcChannel channel) : IClientSession
{
    private readonly HashSet<string> _methods = new(methods, StringComparer.OrdinalIgnoreCase);

    public string Id { get; } = id;

    public string SharedKey { get; } = sharedKey;

    public int? LocalProcess { get; } = localProcess;

    public CallInvoker Calls => channel.Calls;

    public CancellationToken Closed => channel.Closed;

    public bool Exposes(string method) => _methods.Contains(method);
}
