using Cofferdam.Protocol.Gateway;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>What a client that drives a frontend asks of its build, on the control connection: each call names the build that it is of.</summary>
internal sealed class GatewayService(BuildTable builds) : LLBBridge.LLBBridgeBase
{
    // BuildKit control/gateway/gateway.go
    private const string BuildHeader = "buildkit-controlapi-buildid";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public override async Task<PongResponse> Ping(PingRequest request, ServerCallContext context) => await (await FindAsync(context)).Ping(request, context);

    public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context) => await (await FindAsync(context)).Solve(request, context);

    public override async Task<InputsResponse> Inputs(InputsRequest request, ServerCallContext context) => await (await FindAsync(context)).Inputs(request, context);

    public override async Task<ReturnResponse> Return(ReturnRequest request, ServerCallContext context) => await (await FindAsync(context)).Return(request, context);

    public override async Task<ReadFileResponse> ReadFile(ReadFileRequest request, ServerCallContext context) => await (await FindAsync(context)).ReadFile(request, context);

    public override async Task<ReadDirResponse> ReadDir(ReadDirRequest request, ServerCallContext context) => await (await FindAsync(context)).ReadDir(request, context);

    public override async Task<StatFileResponse> StatFile(StatFileRequest request, ServerCallContext context) => await (await FindAsync(context)).StatFile(request, context);

    public override async Task<EvaluateResponse> Evaluate(EvaluateRequest request, ServerCallContext context) => await (await FindAsync(context)).Evaluate(request, context);

    public override async Task<ResolveImageConfigResponse> ResolveImageConfig(ResolveImageConfigRequest request, ServerCallContext context) =>
        await (await FindAsync(context)).ResolveImageConfig(request, context);

    public override async Task<ResolveSourceMetaResponse> ResolveSourceMeta(ResolveSourceMetaRequest request, ServerCallContext context) =>
        await (await FindAsync(context)).ResolveSourceMeta(request, context);

    public override async Task<WarnResponse> Warn(WarnRequest request, ServerCallContext context) => await (await FindAsync(context)).Warn(request, context);

    public override async Task<NewContainerResponse> NewContainer(NewContainerRequest request, ServerCallContext context) => await (await FindAsync(context)).NewContainer(request, context);

    public override async Task<ReleaseContainerResponse> ReleaseContainer(ReleaseContainerRequest request, ServerCallContext context) =>
        await (await FindAsync(context)).ReleaseContainer(request, context);

    public override async Task ExecProcess(IAsyncStreamReader<ExecMessage> requestStream, IServerStreamWriter<ExecMessage> responseStream, ServerCallContext context) =>
        await (await FindAsync(context)).ExecProcess(requestStream, responseStream, context);

    public override async Task<ReadFileResponse> ReadFileContainer(ReadFileRequest request, ServerCallContext context) => await (await FindAsync(context)).ReadFileContainer(request, context);

    public override async Task<ReadDirResponse> ReadDirContainer(ReadDirRequest request, ServerCallContext context) => await (await FindAsync(context)).ReadDirContainer(request, context);

    public override async Task<StatFileResponse> StatFileContainer(StatFileRequest request, ServerCallContext context) => await (await FindAsync(context)).StatFileContainer(request, context);

    private async Task<BuildBridge> FindAsync(ServerCallContext context) =>
        (await builds.FindAsync(context.RequestHeaders.GetValue(BuildHeader) ?? string.Empty, Patience, withEnded: false, context.CancellationToken)).Bridge;
}
