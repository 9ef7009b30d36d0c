using System.Collections.Immutable;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Solver;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>What a client that drives a frontend asks of its build (BuildKit's LLBBridge on the control connection).</summary>
internal sealed class GatewayService(BuildTable builds, IEngineInfo info) : LLBBridge.LLBBridgeBase
{
    // BuildKit control/gateway/gateway.go
    private const string BuildHeader = "buildkit-controlapi-buildid";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public override async Task<PongResponse> Ping(PingRequest request, ServerCallContext context)
    {
        await FindAsync(context);
        var response = new PongResponse { Workers = { ControlService.Worker(info) } };
        response.FrontendAPICaps.AddRange(ApiCapabilities.Gateway);
        response.LLBCaps.AddRange(ApiCapabilities.Llb);
        return response;
    }

    public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        var result = await OfBuildAsync(active.Build.SolveAsync(
            new GatewaySolve
            {
                Definition = request.Frontend.Length > 0 || request.Definition is not { Def.Count: > 0 } ? null : request.Definition,
                Frontend = request.Frontend,
                Options = request.FrontendOpt.ToImmutableDictionary(),
                Inputs = request.FrontendInputs.ToImmutableDictionary(),
                CacheImports = [.. request.CacheImports.Select(entry => new CacheSpec(entry.Type, entry.Attrs.ToImmutableDictionary()))],
                Evaluate = request.Evaluate,
                SourcePolicies = [.. request.SourcePolicies.Select(policy => (ReadOnlyMemory<byte>)policy.ToByteArray())],
            },
            context.CancellationToken));
        return new SolveResponse { Result = GatewayResults.Write(result, request.AllowResultArrayRef), Ref = request.AllowResultReturn ? string.Empty : result.Reference?.Id ?? string.Empty };
    }

    public override async Task<ReturnResponse> Return(ReturnRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        var isFirst = request.Error is { } error
            ? active.Returned.TrySetException(new RpcException(new Status((StatusCode)error.Code, error.Message), [new Metadata.Entry("grpc-status-details-bin", error.ToByteArray())]))
            : active.Returned.TrySetResult(GatewayResults.Read(request.Result));
        return isFirst ? new ReturnResponse() : throw new RpcException(new Status(StatusCode.FailedPrecondition, "a result was returned before"));
    }

    public override async Task<ReadFileResponse> ReadFile(ReadFileRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        var data = await active.Build.ReadFileAsync(request.Ref, request.FilePath, request.Range?.Offset ?? 0, request.Range?.Length ?? 0, context.CancellationToken);
        return new ReadFileResponse { Data = UnsafeByteOperations.UnsafeWrap(data) };
    }

    public override async Task<ReadDirResponse> ReadDir(ReadDirRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        var response = new ReadDirResponse();
        response.Entries.AddRange(await active.Build.ReadDirectoryAsync(request.Ref, request.DirPath, request.IncludePattern, context.CancellationToken));
        return response;
    }

    public override async Task<StatFileResponse> StatFile(StatFileRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        return new StatFileResponse { Stat = await active.Build.StatFileAsync(request.Ref, request.Path, context.CancellationToken) };
    }

    public override async Task<EvaluateResponse> Evaluate(EvaluateRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        return await OfBuildAsync(EvaluateAsync());

        async Task<EvaluateResponse> EvaluateAsync()
        {
            await active.Build.EvaluateAsync(request.Ref, context.CancellationToken);
            return new EvaluateResponse();
        }
    }

    public override async Task<ResolveImageConfigResponse> ResolveImageConfig(ResolveImageConfigRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        return await OfBuildAsync(active.Build.ResolveImageAsync(request, context.CancellationToken));
    }

    public override async Task<ResolveSourceMetaResponse> ResolveSourceMeta(ResolveSourceMetaRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        return await OfBuildAsync(active.Build.ResolveSourceAsync(request, context.CancellationToken));
    }

    public override async Task<WarnResponse> Warn(WarnRequest request, ServerCallContext context)
    {
        var active = await FindAsync(context);
        var location = request.Info is { } source
            ? new SourceLocation(source.Filename, source.Data.Memory, [.. request.Ranges.Select(range => new LineRange(range.Start.Line, range.End.Line))])
            : null;
        active.Build.Warn(Digest.Parse(request.Digest), new BuildWarning(request.Short.ToStringUtf8(), [.. request.Detail.Select(line => line.ToStringUtf8())], request.Url, location));
        return new WarnResponse();
    }

    private static async Task<T> OfBuildAsync<T>(Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (CofferdamException error)
        {
            throw ServiceErrors.ToBuildRpc(error);
        }
    }

    private Task<ActiveBuild> FindAsync(ServerCallContext context) =>
        builds.FindAsync(context.RequestHeaders.GetValue(BuildHeader) ?? string.Empty, Patience, withEnded: false, context.CancellationToken);
}
