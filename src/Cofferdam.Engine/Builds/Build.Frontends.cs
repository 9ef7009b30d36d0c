using System.Collections.Immutable;
using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Google.Protobuf;
using Definition = Cofferdam.Protocol.Llb.Definition;

namespace Cofferdam.Engine;

// Who makes the graph: the frontend that is built in, or one of an image.
internal sealed partial class Build
{
    // Frontends may call frontends; one that calls itself must end some time.
    private const int MostDepth = 16;

    private async Task<GatewayResult> RunFrontendAsync(GatewaySolve request, SourcePolicies policies, CancellationToken cancellationToken)
    {
        if (request.Depth >= MostDepth)
        {
            throw new InvalidInputException($"frontends called one another {MostDepth} times over") { Hint = "the frontend probably asks for itself" };
        }

        var settings = _services.Frontends.Settings;
        var frontendRequest = new FrontendRequest
        {
            Options = request.Options,
            Inputs = request.Inputs,
            WorkerPlatforms = _services.Platforms,
            SessionId = _job.SessionId,
            PullsDockerfile = settings.PullsDockerfile,
        };
        var source = SourceOf(request);
        if (source is not null && !FrontendSource.IsBuiltIn(source, frontendRequest))
        {
            return await RunImageAsync(source, frontendRequest, request.Depth, policies, cancellationToken);
        }

        if (!settings.HasDockerfile)
        {
            throw Disabled("dockerfile.v0");
        }

        var result = await _services.Frontend.SolveAsync(frontendRequest, CreateHost(policies), cancellationToken);
        return result.Forward is { } forward ? await ForwardAsync(request, forward, policies, cancellationToken) : ToGatewayResult(result, policies);
    }

    private static string? SourceOf(GatewaySolve request) => request.Frontend switch
    {
        "dockerfile.v0" => null,
        "gateway.v0" when request.Options.ContainsKey("gateway-devel") => throw new UnsupportedException("development gateway is no longer supported"),
        "gateway.v0" => request.Options.GetValueOrDefault("source") is { Length: > 0 } source
            ? source
            : throw new InvalidInputException("no source specified for gateway") { Hint = "name the frontend's image with the option source" },
        _ => throw new InvalidInputException($"invalid frontend: {request.Frontend}") { Hint = "it is dockerfile.v0 or gateway.v0" },
    };

    private FrontendHost CreateHost(SourcePolicies policies) => new(this, _services.Images(_job), _progress, policies);

    private async Task<GatewayResult> ForwardAsync(GatewaySolve request, FrontendForward forward, SourcePolicies policies, CancellationToken cancellationToken)
    {
        var forwarded = request with
        {
            Frontend = "gateway.v0",
            Options = request.Options.SetItem("source", forward.Source).SetItem("cmdline", forward.CommandLine),
            Depth = request.Depth + 1,
        };
        try
        {
            return await RunFrontendAsync(forwarded, policies, cancellationToken);
        }
        catch (CofferdamException error) when (error is not FrontendCapabilityException && error.Location is null)
        {
            var message = forward.Argument is { } argument ? $"failed with {argument} = {forward.CommandLine}: {error.Message}" : error.Message;
            throw new CofferdamException(error.Code, message, error) { Hint = error.Hint, Location = forward.Location };
        }
    }

    private async Task<GatewayResult> RunImageAsync(string source, FrontendRequest request, int depth, SourcePolicies policies, CancellationToken cancellationToken)
    {
        CheckAllowed(source);
        var program = await FrontendSource.FindAsync(source, request, CreateHost(policies), cancellationToken);
        var config = program.Config is { } json ? ImageJson.ReadConfig(json.Span).Config : null;
        FrontendRequirements.Check(config?.Labels, program.Digest, request.Options.GetValueOrDefault("frontend.caps"), !request.Inputs.IsEmpty);
        await using var reference = CreateReference(program.Definition, policies);
        var call = new FrontendCall { Inputs = request.Inputs, Depth = depth + 1 };
        var variables = FrontendEnvironment.Variables(config, request.Options, _job.SessionId, _services.Frontends.Info);
        var result = await _progress.RunStepAsync($"{reference.Id}-frontend", $"[internal] run frontend {source}", async step =>
        {
            var snapshot = await UseAsync([reference], async () =>
            {
                var evaluated = (await reference.EvaluateAsync(cancellationToken)).Snapshot;
                await _services.Layers.EnsureAsync(evaluated, [_job], step, cancellationToken);
                return evaluated;
            }, cancellationToken);
            await using var layer = await _services.Snapshotter.PrepareAsync(snapshot, cancellationToken);
            var directory = await WriteMetadataAsync(program.Definition, cancellationToken);
            try
            {
                var spec = FrontendEnvironment.Specify(config, variables, layer.RootPath, directory);
                return await new FrontendProcess(source, _services.Frontends, _services.Clock).RunAsync(spec, new ExecLog(step), this, call, cancellationToken);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        foreach (var returned in result.All.Where(returned => returned.Id.Length > 0))
        {
            Find(returned.Id);
        }

        return result;
    }

    private void CheckAllowed(string source)
    {
        var settings = _services.Frontends.Settings;
        if (!settings.HasGateway)
        {
            throw Disabled("gateway.v0");
        }

        if (!settings.AllowedRepositories.IsEmpty && !settings.AllowedRepositories.Any(allowed => ImageReference.Parse(allowed).Name == ImageReference.Parse(source).Name))
        {
            throw new CofferdamException(ErrorCode.Unsupported, $"'{source}' is not an allowed gateway source") { Hint = "the daemon's configuration lists the allowed ones: [frontend.\"gateway.v0\"] allowedRepositories" };
        }
    }

    private static UnsupportedException Disabled(string frontend) =>
        new($"invalid frontend: {frontend} is disabled") { Hint = $"the daemon's configuration disables it: [frontend.\"{frontend}\"] enabled" };

    // The frontend can read there which image it is.
    private async Task<string> WriteMetadataAsync(Definition definition, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(_services.Frontends.Directory, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "frontend.bin");
        await File.WriteAllBytesAsync(path, definition.ToByteArray(), cancellationToken);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        return directory;
    }

    private GatewayResult ToGatewayResult(FrontendResult result, SourcePolicies policies)
    {
        var metadata = FrontendMetadata.Of(result);
        return result switch
        {
            { Images.IsEmpty: true } => new GatewayResult { Metadata = metadata },
            { IsMultiPlatform: false } => new GatewayResult { Reference = Keep(result.Images[0].Definition, policies), Metadata = metadata },
            _ => new GatewayResult
            {
                References = result.Images.ToImmutableSortedDictionary(image => image.Platform.ToString(), image => Keep(image.Definition, policies)),
                Metadata = metadata,
            },
        };
    }
}
