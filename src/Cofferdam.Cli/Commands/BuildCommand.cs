using System.CommandLine;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Progress;
using Cofferdam.Cli.Terminal;
using Cofferdam.Protocol.Daemon;
using Grpc.Core;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer build</c>.</summary>
internal sealed partial class BuildCommand : CofferCommand
{
    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var console = context.Console;
        var options = ReadOptions(parse, console);
        var quiet = parse.GetValue(_quiet);
        var mode = ProgressDisplay.ParseMode(parse.GetValue(_progress), console);
        if (quiet && mode is not (ProgressMode.Auto or ProgressMode.Quiet))
        {
            throw new UsageException($"\"--quiet\" cannot be used with \"--progress\"");
        }

        var reference = Guid.NewGuid().ToString("n")[..25];
        using var main = await MainContext.CreateAsync(options, console, cancellationToken);
        var request = BuildRequest.Create(options, main, console, reference);
        await using var connection = await context.ConnectAsync(cancellationToken);
        var runner = new BuildRunner(connection, context.Services.Sessions, console, quiet || options.Call is not null && mode == ProgressMode.Auto ? ProgressMode.Quiet : mode);
        if (options.Call is not null)
        {
            return new CallAnswer(options.Call, await runner.CallAsync(request, cancellationToken), main.Dockerfile).Print(console);
        }

        IDictionary<string, string> response;
        try
        {
            response = await runner.BuildAsync(request, cancellationToken);
        }
        finally
        {
            if (parse.GetValue(_explain))
            {
                await ExplainAsync(connection.Invoker, reference, console, cancellationToken);
            }
        }

        if (response.TryGetValue("cache.manifest", out var cache))
        {
            LocalCache.Record(options, cache, console);
        }

        await WriteResultsAsync(parse, response, MetadataFile.Format(response, reference, runner.Warnings), console, cancellationToken);
        if (quiet && DigestOf(response) is { } digest)
        {
            await console.Output.WriteLineAsync(digest);
        }

        return (int)ExitCode.Success;
    }

    // Also of a build that failed: the steps up to there have run.
    private static async Task ExplainAsync(CallInvoker invoker, string reference, CommandConsole console, CancellationToken cancellationToken)
    {
        try
        {
            var build = await new Protocol.Daemon.Daemon.DaemonClient(invoker).ExplainAsync(new ExplainRequest { Ref = reference }, cancellationToken: cancellationToken);
            ExplainText.Write(build, console.Error);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            // It failed before it had a step.
        }
    }

    private async Task WriteResultsAsync(ParseResult parse, IDictionary<string, string> response, string metadata, CommandConsole console, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_iidFile) is { } iidFile && DigestOf(response) is { } digest)
        {
            await MetadataFile.WriteAsync(console.FullPath(iidFile), digest, cancellationToken);
        }

        if (parse.GetValue(_metadataFile) is { } metadataFile)
        {
            await MetadataFile.WriteAsync(console.FullPath(metadataFile), metadata, cancellationToken);
        }
    }

    private static string? DigestOf(IDictionary<string, string> response) =>
        response.TryGetValue("containerimage.config.digest", out var config) ? config
        : response.TryGetValue("containerimage.digest", out var manifest) ? manifest
        : null;

    private BuildOptions ReadOptions(ParseResult parse, CommandConsole console)
    {
        var network = parse.GetValue(_network);
        return new BuildOptions
        {
            Context = parse.GetValue(_context)!,
            File = parse.GetValue(_file),
            Tags = Values(parse, _tags),
            Target = parse.GetValue(_target),
            BuildArguments = Values(parse, _buildArguments),
            BuildContexts = Values(parse, _buildContexts),
            Secrets = [.. Values(parse, _secrets).Select(text => SecretFlag.Parse(text, console.Variable))],
            Seal = parse.GetValue(_seal),
            SealAllowances = [.. Values(parse, _sealAllow).Select(SealFlag.CheckAllowance)],
            Ssh = [.. Values(parse, _ssh).Select(SshFlag.Parse)],
            Labels = Values(parse, _labels),
            Annotations = Values(parse, _annotations),
            NoCache = parse.GetValue(_noCache),
            NoCacheFilter = Listed(parse, _noCacheFilter),
            Pull = parse.GetValue(_pull),
            Push = parse.GetValue(_push),
            Load = parse.GetValue(_load),
            Outputs = [.. Values(parse, _outputs).Select(OutputFlag.Parse)],
            Platforms = Listed(parse, _platforms),
            Network = network,
            Hosts = Values(parse, _hosts),
            SharedMemory = parse.GetValue(_sharedMemory),
            Limits = Values(parse, _limits),
            CgroupParent = parse.GetValue(_cgroupParent),
            Allow = Listed(parse, _allow),
            CacheFrom = [.. Values(parse, _cacheFrom).Select(text => CacheFlag.Parse(text, "--cache-from"))],
            CacheTo = [.. Values(parse, _cacheTo).Select(text => CacheFlag.Parse(text, "--cache-to"))],
            Attestations = Attestations(parse),
            Call = CallFlag.Parse(parse.GetValue(_call), parse.GetValue(_check)),
        };
    }

    private Dictionary<string, string> Attestations(ParseResult parse)
    {
        var attestations = new Dictionary<string, string>();
        foreach (var text in Values(parse, _attest))
        {
            var fields = CsvFields.Split(text).Select(field => CsvFields.Pair(field, "--attest")).ToList();
            var type = fields.Find(field => field.Key == "type").Value ?? throw new UsageException("\"--attest\" needs a type") { Hint = "it is provenance or sbom" };
            if (!fields.Contains(("disabled", "true")))
            {
                attestations[type] = CsvFields.Join(fields.Where(field => field.Key is not ("type" or "disabled")).Select(field => $"{field.Key}={field.Value}"));
            }
        }

        foreach (var (type, value) in new[] { ("provenance", parse.GetValue(_provenance)), ("sbom", parse.GetValue(_sbom)) })
        {
            if (value == "false")
            {
                attestations.Remove(type);
            }
            else if (value is not null)
            {
                attestations[type] = value == "true" ? string.Empty : value;
            }
        }

        return attestations;
    }

    private static string[] Values(ParseResult parse, Option<string[]> option) => parse.GetValue(option) ?? [];

    private static string[] Listed(ParseResult parse, Option<string[]> option) =>
        [.. Values(parse, option).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
