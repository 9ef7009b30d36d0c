using Cofferdam.Engine;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Health;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>Serves a frontend that runs in a container: the gateway and the health service.</summary>
internal sealed class FrontendBridge : IFrontendBridge
{
    private readonly BuildBridge _bridge;
    private readonly RpcServer _server;

    public FrontendBridge(IBuild build, FrontendCall call, IEngineInfo info, Func<Exception, RpcException> mapError)
    {
        _bridge = new BuildBridge(build, call, info);
        _server = new RpcServer { MapError = mapError };
        LLBBridge.BindService(_server, _bridge);
        Health.BindService(_server, new HealthService());
    }

    public Task ServeAsync(Stream transport, CancellationToken cancellationToken) => _server.ServeAsync(transport, TimeSpan.Zero, cancellationToken);

    public ValueTask DisposeAsync() => _bridge.DisposeAsync();
}
