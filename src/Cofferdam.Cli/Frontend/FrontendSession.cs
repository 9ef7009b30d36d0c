using System.Collections.Immutable;
using Cofferdam.Daemon;
using Cofferdam.Dockerfile;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Google.Protobuf;

namespace Cofferdam.Cli.Frontend;

/// <summary>Runs the Dockerfile frontend for a builder that is reached by calls: asks, gives it the graphs, and returns the result or the error.</summary>
internal sealed class FrontendSession(LLBBridge.LLBBridgeClient client)
{
    private readonly GatewayHost _host = new(client);

    /// <summary>Serves one request; true when the builder was given a result, false when it was given an error.</summary>
    public async Task<bool> RunAsync(ImmutableDictionary<string, string> options, string sessionId, CancellationToken cancellationToken)
    {
        ReturnRequest request;
        try
        {
            request = new ReturnRequest { Result = await SolveAsync(options, sessionId, cancellationToken) };
        }
        catch (Exception error) when (error is CofferdamException or Grpc.Core.RpcException)
        {
            request = new ReturnRequest { Error = ServiceErrors.ToStatus(error) };
        }

        await client.ReturnAsync(request, cancellationToken: cancellationToken);
        return request.Error is null;
    }

    private async Task<Result> SolveAsync(ImmutableDictionary<string, string> options, string sessionId, CancellationToken cancellationToken)
    {
        var about = await client.PingAsync(new PingRequest(), cancellationToken: cancellationToken);
        var inputs = await client.InputsAsync(new InputsRequest(), cancellationToken: cancellationToken);
        var request = new FrontendRequest
        {
            Options = options,
            Inputs = inputs.Definitions.ToImmutableDictionary(),
            SessionId = sessionId,
            WorkerPlatforms = [.. about.Workers.SelectMany(worker => worker.Platforms).Select(platform =>
                new Platform { Os = platform.OS, Architecture = platform.Architecture, Variant = platform.Variant.Length == 0 ? null : platform.Variant }.Normalize())],
        };
        var result = await new DockerfileFrontend().SolveAsync(request, _host, cancellationToken);
        await _host.SendWarningsAsync(cancellationToken);
        return result.Forward is { } forward ? await ForwardAsync(request, forward, cancellationToken) : await WriteAsync(result, cancellationToken);
    }

    private async Task<Result> ForwardAsync(FrontendRequest request, FrontendForward forward, CancellationToken cancellationToken)
    {
        var solve = new SolveRequest { Frontend = "gateway.v0", AllowResultReturn = true, AllowResultArrayRef = true };
        solve.FrontendOpt.Add(request.Options.SetItem("source", forward.Source).SetItem("cmdline", forward.CommandLine).ToDictionary());
        solve.FrontendInputs.Add(request.Inputs.ToDictionary());
        return (await client.SolveAsync(solve, cancellationToken: cancellationToken)).Result;
    }

    private async Task<Result> WriteAsync(FrontendResult result, CancellationToken cancellationToken)
    {
        var message = new Result();
        foreach (var (key, value) in FrontendMetadata.Of(result))
        {
            message.Metadata.Add(key, ByteString.CopyFrom(value));
        }

        var references = await Task.WhenAll(result.Images.Select(async image => (Id: image.Platform.ToString(), Ref: new Ref { Id = await _host.SolveAsync(image.Definition, cancellationToken), Def = image.Definition })));
        if (result.IsMultiPlatform)
        {
            message.Refs = new RefMap();
            message.Refs.Refs.Add(references.ToDictionary(reference => reference.Id, reference => reference.Ref));
        }
        else
        {
            message.Ref = references is [var only, ..] ? only.Ref : new Ref();
        }

        return message;
    }
}
