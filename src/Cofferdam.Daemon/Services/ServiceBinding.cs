using Cofferdam.Engine;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Content;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Health;
using Cofferdam.Protocol.Images;
using Cofferdam.Protocol.Trace;
using Cofferdam.Storage;

namespace Cofferdam.Daemon;

/// <summary>Everything the daemon serves.</summary>
internal static class ServiceBinding
{
    public static void Bind(RpcServer server, CofferEngine engine, LocalStorage storage, IDiskUsage disk, SessionRegistry sessions, BuildTable builds, BuildHistory history, DaemonService daemon)
    {
        Control.BindService(server, new ControlService(engine.Builds, engine, disk, sessions, builds, history));
        LLBBridge.BindService(server, new GatewayService(builds));
        Health.BindService(server, new HealthService());
        TraceService.BindService(server, new TraceCollectorService());
        Content.BindService(server, new ContentService(storage.Content, history));
        Images.BindService(server, new ImagesService(engine.Store));
        Containers.BindService(server, new ContainersService(engine.Containers));
        Protocol.Daemon.Daemon.BindService(server, daemon);
    }
}
