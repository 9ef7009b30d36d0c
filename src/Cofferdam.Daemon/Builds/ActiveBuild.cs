using Cofferdam.Engine;

namespace Cofferdam.Daemon;

/// <summary>A build between its Solve call and the answer to it.</summary>
internal sealed class ActiveBuild
{
    private readonly FrontendCall _call;

    public ActiveBuild(IBuild build, FrontendCall call, IEngineInfo info, DateTimeOffset started)
    {
        (Build, _call, Started) = (build, call, started);
        Bridge = new BuildBridge(build, call, info);
    }

    /// <summary>The build.</summary>
    public IBuild Build { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>What the client's frontend returned (LLBBridge.Return), or its error.</summary>
    public Task<GatewayResult> Returned => _call.Returned.Task;

    /// <summary>Answers the client's frontend.</summary>
    public BuildBridge Bridge { get; }
}
