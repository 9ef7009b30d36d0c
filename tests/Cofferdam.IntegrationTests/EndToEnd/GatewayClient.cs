using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Llb;
using Grpc.Core;
using Xunit;
using ControlSolve = Cofferdam.Protocol.Control.SolveRequest;
using GetSecretRequest = Cofferdam.Protocol.Secrets.GetSecretRequest;
using GetSecretResponse = Cofferdam.Protocol.Secrets.GetSecretResponse;
using SecretsService = Cofferdam.Protocol.Secrets.Secrets;
using GatewaySolve = Cofferdam.Protocol.Gateway.SolveRequest;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A client that drives a build by the gateway's calls, as buildx does; it has one secret.</summary>
internal sealed class GatewayClient : IAsyncDisposable
{
    private readonly RpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<BytesMessage, BytesMessage> _session;
    private readonly Task _serving;
    private readonly Task _build;

    private GatewayClient(RpcChannel channel, string[] entitlements)
    {
        _channel = channel;
        var control = new Control.ControlClient(channel.Calls);
        var name = Guid.NewGuid().ToString("N");
        _session = control.Session(new Metadata
        {
            { "x-docker-expose-session-uuid", name }, { "x-docker-expose-session-name", "test" }, { "x-docker-expose-session-grpc-method", "/moby.buildkit.secrets.v1.Secrets/GetSecret" },
        });
        var server = new RpcServer();
        SecretsService.BindService(server, new OneSecret());
        _serving = server.ServeAsync(new BytesMessageStream(_session.ResponseStream, _session.RequestStream, () => Task.CompletedTask), TimeSpan.Zero, CancellationToken.None);
        _build = control.SolveAsync(new ControlSolve { Ref = name, Session = name, Entitlements = { entitlements } }).ResponseAsync;
        Headers = [new Metadata.Entry("buildkit-controlapi-buildid", name)];
        Calls = new LLBBridge.LLBBridgeClient(channel.Calls);
    }

    public Metadata Headers { get; }

    public LLBBridge.LLBBridgeClient Calls { get; }

    public static async Task<GatewayClient> StartAsync(DaemonFixture daemon, params string[] entitlements) =>
        new(await RpcChannel.ConnectAsync($"unix://{daemon.Root}/run/cofferd.sock", TestContext.Current.CancellationToken), entitlements);

    /// <summary>A container over an image.</summary>
    public async Task<string> CreateAsync(string image, Action<NewContainerRequest>? change = null)
    {
        var definition = LlbState.Source(SourceSchemes.Image + image, [], new NodeOptions { Platform = Model.Platform.Host }).ToDefinition();
        var solved = await Calls.SolveAsync(new GatewaySolve { Definition = definition, AllowResultReturn = true, AllowResultArrayRef = true }, Headers);
        var request = new NewContainerRequest { ContainerID = Guid.NewGuid().ToString("N"), Mounts = { new Mount { Dest = "/", ResultID = solved.Result.Ref.Id } } };
        change?.Invoke(request);
        await Calls.NewContainerAsync(request, Headers);
        return request.ContainerID;
    }

    /// <summary>A stream of processes.</summary>
    public AsyncDuplexStreamingCall<ExecMessage, ExecMessage> Execute() => Calls.ExecProcess(Headers);

    public async ValueTask DisposeAsync()
    {
        await Calls.ReturnAsync(new ReturnRequest { Result = new Result() }, Headers);
        await _build;
        _session.Dispose();
        await _channel.DisposeAsync();
        await _serving;
    }

    private sealed class OneSecret : SecretsService.SecretsBase
    {
        public override Task<GetSecretResponse> GetSecret(GetSecretRequest request, ServerCallContext context) => request.ID == "token"
            ? Task.FromResult(new GetSecretResponse { Data = Google.Protobuf.ByteString.CopyFromUtf8("s3cret-of-the-test") })
            : throw new RpcException(new Status(StatusCode.NotFound, "not found"));
    }
}
