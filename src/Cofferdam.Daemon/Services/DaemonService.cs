using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Daemon;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>What the daemon is, and its end.</summary>
internal sealed class DaemonService(DescribeResponse description, BuildTable builds, CofferEngine engine, Action stop) : Protocol.Daemon.Daemon.DaemonBase
{
    public override Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context)
    {
        var response = description.Clone();
        response.ActiveBuilds = builds.Count;
        return Task.FromResult(response);
    }

    public override async Task<ExplainResponse> Explain(ExplainRequest request, ServerCallContext context)
    {
        if (await engine.ExplainAsync(request.Ref, context.CancellationToken) is not { } build)
        {
            throw new NotFoundException(request.Ref.Length == 0 ? "no build is known yet" : $"no build {Quote.Text(request.Ref)} is known") { Hint = "the last 50 builds are kept" };
        }

        var response = new ExplainResponse { Ref = build.Ref, Created = build.Created.ToUnixTimeMilliseconds() };
        foreach (var step in build.Steps)
        {
            var explained = new ExplainResponse.Types.Step { Name = step.Name, Outcome = (ExplainResponse.Types.Outcome)step.Outcome };
            explained.Reasons.AddRange(step.Reasons);
            response.Steps.Add(explained);
        }

        return response;
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
