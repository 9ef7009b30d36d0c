using System.Collections.Immutable;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Solver;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>What a frontend asks of its build (BuildKit's LLBBridge), whether it is the client itself or runs in a container.</summary>
internal sealed partial class BuildBridge(IBuild build, FrontendCall call, IEngineInfo info) : LLBBridge.LLBBridgeBase, IAsyncDisposable
{
    public override Task<PongResponse> Ping(PingRequest request, ServerCallContext context)
    {
        var response = new PongResponse { Workers = { ControlService.Worker(info) } };
        response.FrontendAPICaps.AddRange(ApiCapabilities.Gateway);
        response.LLBCaps.AddRange(ApiCapabilities.Llb);
        return Task.FromResult(response);
    }

    public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context)
    {
        var result = await OfBuildAsync(build.SolveAsync(
            new GatewaySolve
            {
                Definition = request.Frontend.Length > 0 || request.Definition is not { Def.Count: > 0 } ? null : request.Definition,
                Frontend = request.Frontend,
                Options = request.FrontendOpt.ToImmutableDictionary(),
                Inputs = request.FrontendInputs.ToImmutableDictionary(),
                CacheImports = [.. request.CacheImports.Select(entry => new CacheSpec(entry.Type, entry.Attrs.ToImmutableDictionary()))],
                Evaluate = request.Evaluate,
                Depth = call.Depth,
                SourcePolicies = [.. request.SourcePolicies.Select(policy => (ReadOnlyMemory<byte>)policy.ToByteArray())],
            },
            context.CancellationToken));
        return new SolveResponse { Result = GatewayResults.Write(result, request.AllowResultArrayRef), Ref = request.AllowResultReturn ? string.Empty : result.Reference?.Id ?? string.Empty };
    }

    public override Task<InputsResponse> Inputs(InputsRequest request, ServerCallContext context)
    {
        var response = new InputsResponse();
        response.Definitions.Add(call.Inputs.ToDictionary());
        return Task.FromResult(response);
    }

    public override Task<ReturnResponse> Return(ReturnRequest request, ServerCallContext context)
    {
        var isFirst = request.Error is { } error
            ? call.Returned.TrySetException(new RpcException(new Status((StatusCode)error.Code, error.Message), [new Metadata.Entry("grpc-status-details-bin", error.ToByteArray())]))
            : call.Returned.TrySetResult(GatewayResults.Read(request.Result));
        return isFirst ? Task.FromResult(new ReturnResponse()) : throw new RpcException(new Status(StatusCode.FailedPrecondition, "a result was returned before"));
    }

    public override async Task<ReadFileResponse> ReadFile(ReadFileRequest request, ServerCallContext context)
    {
        var data = await build.ReadFileAsync(request.Ref, request.FilePath, request.Range?.Offset ?? 0, request.Range?.Length ?? 0, context.CancellationToken);
        return new ReadFileResponse { Data = UnsafeByteOperations.UnsafeWrap(data) };
    }

    public override async Task<ReadDirResponse> ReadDir(ReadDirRequest request, ServerCallContext context)
    {
        var response = new ReadDirResponse();
        response.Entries.AddRange(await build.ReadDirectoryAsync(request.Ref, request.DirPath, request.IncludePattern, context.CancellationToken));
        return response;
    }

    public override async Task<StatFileResponse> StatFile(StatFileRequest request, ServerCallContext context) =>
        new() { Stat = await build.StatFileAsync(request.Ref, request.Path, context.CancellationToken) };

    public override Task<EvaluateResponse> Evaluate(EvaluateRequest request, ServerCallContext context)
    {
        return OfBuildAsync(EvaluateAsync());

        async Task<EvaluateResponse> EvaluateAsync()
        {
            await build.EvaluateAsync(request.Ref, context.CancellationToken);
            return new EvaluateResponse();
        }
    }

    public override Task<ResolveImageConfigResponse> ResolveImageConfig(ResolveImageConfigRequest request, ServerCallContext context) =>
        OfBuildAsync(build.ResolveImageAsync(request, context.CancellationToken));

    public override Task<ResolveSourceMetaResponse> ResolveSourceMeta(ResolveSourceMetaRequest request, ServerCallContext context) =>
        OfBuildAsync(build.ResolveSourceAsync(request, context.CancellationToken));

    public override Task<WarnResponse> Warn(WarnRequest request, ServerCallContext context)
    {
        var location = request.Info is { } source
            ? new SourceLocation(source.Filename, source.Data.Memory, [.. request.Ranges.Select(range => new LineRange(range.Start.Line, range.End.Line))])
            : null;
        build.Warn(Digest.Parse(request.Digest), new BuildWarning(request.Short.ToStringUtf8(), [.. request.Detail.Select(line => line.ToStringUtf8())], request.Url, location));
        return Task.FromResult(new WarnResponse());
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
}
