using Cofferdam.Protocol.Gateway;
using Grpc.Core;
using GatewaySolve = Cofferdam.Protocol.Gateway.SolveRequest;

namespace Cofferdam.Cli.Build;

/// <summary>Drives the frontend from this side of a build, which is the only way to see the metadata of its result.</summary>
internal static class GatewayCall
{
    /// <summary>Solves with a frontend, returns its result to the build and waits for its end.</summary>
    public static async Task<IDictionary<string, byte[]>> RunAsync(
        CallInvoker invoker,
        Protocol.Control.SolveRequest build,
        string frontend,
        Task<Protocol.Control.SolveResponse> solve,
        CancellationToken cancellationToken)
    {
        var bridge = new LLBBridge.LLBBridgeClient(invoker);
        var headers = new Metadata { { "buildkit-controlapi-buildid", build.Ref } };
        await bridge.PingAsync(new PingRequest(), headers, cancellationToken: cancellationToken);
        var request = new GatewaySolve { Frontend = frontend, AllowResultReturn = true, AllowResultArrayRef = true };
        request.FrontendOpt.Add(build.FrontendAttrs);
        try
        {
            var answer = await bridge.SolveAsync(request, headers, cancellationToken: cancellationToken);
            await bridge.ReturnAsync(new ReturnRequest { Result = answer.Result }, headers, cancellationToken: cancellationToken);
            await solve;
            return answer.Result.Metadata.ToDictionary(entry => entry.Key, entry => entry.Value.ToByteArray());
        }
        catch (RpcException exception) when (exception.StatusCode != StatusCode.Cancelled)
        {
            // The build is told why, else it would wait; its own error then says no more than this one.
            var error = new Cofferdam.Protocol.Rpc.Status { Code = (int)exception.StatusCode, Message = exception.Status.Detail };
            try
            {
                await bridge.ReturnAsync(new ReturnRequest { Error = error }, headers, cancellationToken: cancellationToken);
                await solve;
            }
            catch (RpcException)
            {
            }

            throw;
        }
    }
}
