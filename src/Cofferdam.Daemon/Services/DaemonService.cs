using Cofferdam.Protocol.Daemon;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>What the daemon is, and its end.</summary>
internal sealed class DaemonService(DescribeResponse description, BuildTable builds, Action stop) : Protocol.Daemon.Daemon.DaemonBase
{
    public override Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context)
    {
        var response = description.Clone();
        response.ActiveBuilds = builds.Count;
        return Task.FromResult(response);
    }

    public override Task<StopResponse> Stop(StopRequest request, ServerCallContext context)
    {
        var active = builds.Count;
        var isStopped = active == 0 || request.Force;
        if (isStopped)
        {
            stop();
        }

        return Task.FromResult(new StopResponse { Stopped = isStopped, ActiveBuilds = active });
    }
}
