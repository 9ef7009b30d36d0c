using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Llb;
using Google.Protobuf;
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
    private readonly Control.ControlClient _control;
    private readonly string _name;

    private GatewayClient(RpcChannel channel, string[] entitlements)
    {
        _channel = channel;
        var control = _control = new Control.ControlClient(channel.Calls);
        var name = _name = Guid.NewGuid().ToString("N");
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

    /// <summary>A graph of one file.</summary>
    public static Definition File(string path, string content) => File(path, ByteString.CopyFromUtf8(content));

    /// <summary>A graph of one file.</summary>
    public static Definition File(string path, ByteString content) => ToDefinition(new Op
    {
        File = new FileOp { Actions = { new FileAction { Input = -1, SecondaryInput = -1, Output = 0, Mkfile = new FileActionMkFile { Path = "/" + path, Mode = 420, Data = content, Timestamp = -1 } } } },
    });

    /// <summary>A graph that solves the graph in a file of another.</summary>
    public static Definition Nested(Definition input, string file)
    {
        var target = Op.Parser.ParseFrom(input.Def[^1]).Inputs[0];
        var op = new Op { Inputs = { target }, Build = new BuildOp { Builder = -1 } };
        op.Build.Inputs.Add("buildkit.llb.definition", new BuildInput { Input = 0 });
        op.Build.Attrs.Add("llbbuild.filename", file);
        return ToDefinition(op, [.. input.Def.SkipLast(1)]);
    }

    /// <summary>How many steps of a name the build had so far.</summary>
    public async Task<int> CountStepsAsync(string name)
    {
        using var call = _control.Status(new StatusRequest { Ref = _name });
        var found = new HashSet<string>();
        var isDone = false;
        while (!isDone && await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            foreach (var vertex in call.ResponseStream.Current.Vertexes.Where(vertex => vertex.Name == name))
            {
                found.Add(vertex.Digest);
                isDone = vertex.Completed is not null && found.Count > 1;
            }
        }

        return found.Count;
    }

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

    private static Definition ToDefinition(Op op, params ByteString[] before)
    {
        var bytes = op.ToByteString();
        var last = new Op { Inputs = { new Input { Digest = Model.Digest.Of(bytes.Span).ToString() } } };
        return new Definition { Def = { before, bytes, last.ToByteString() } };
    }

    private sealed class OneSecret : SecretsService.SecretsBase
    {
        public override Task<GetSecretResponse> GetSecret(GetSecretRequest request, ServerCallContext context) => request.ID == "token"
            ? Task.FromResult(new GetSecretResponse { Data = ByteString.CopyFromUtf8("s3cret-of-the-test") })
            : throw new RpcException(new Status(StatusCode.NotFound, "not found"));
    }
}
