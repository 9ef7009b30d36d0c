using Cofferdam.Protocol.Calls;
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
        var headers = new Metadata { { "buildkit-controlapi-buildid", build.Ref } };
        await invoker.CallUnary(DirectMethods.Ping, new PingRequest(), headers, cancellationToken);
        var request = new GatewaySolve { Frontend = frontend, AllowResultReturn = true, AllowResultArrayRef = true };
        request.FrontendOpt.Add(build.FrontendAttrs);
        try
        {
            var answer = await invoker.CallUnary(DirectMethods.SolveFrontend, request, headers, cancellationToken);
            await invoker.CallUnary(DirectMethods.Return, new ReturnRequest { Result = answer.Result }, headers, cancellationToken);
            await solve;
            return answer.Result.Metadata.ToDictionary(entry => entry.Key, entry => entry.Value.ToByteArray());
        }
        catch (RpcException exception) when (exception.StatusCode != StatusCode.Cancelled)
        {
            // The build is told why, else it would wait; its own error then says no more than this one.
            var error = new Cofferdam.Protocol.Rpc.Status { Code = (int)exception.StatusCode, Message = exception.Status.Detail };
            try
            {
                await invoker.CallUnary(DirectMethods.Return, new ReturnRequest { Error = error }, headers, cancellationToken);
                await solve;
            }
            catch (RpcException)
            {
            }

            throw;
        }
    }
}
