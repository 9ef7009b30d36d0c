using System.Collections.Concurrent;
using System.Globalization;
using Cofferdam.Dockerfile;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Llb;
using Google.Protobuf;
using Grpc.Core;
using Platform = Cofferdam.Protocol.Llb.Platform;

namespace Cofferdam.Cli.Frontend;

/// <summary>Asks the builder that runs this frontend, which need not be ours. Thread-safe.</summary>
internal sealed class GatewayHost(LLBBridge.LLBBridgeClient client) : IFrontendHost
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<string>>> _references = new();
    private readonly ConcurrentQueue<FrontendWarning> _warnings = new();

    // What the frontend reads first is the Dockerfile: checks are shown on the vertex it comes from.
    private Definition? _dockerfile;

    /// <inheritdoc/>
    public async Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Model.Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken)
    {
        var request = new ResolveImageConfigRequest
        {
            Ref = reference.ToString(),
            Platform = new Platform { OS = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant ?? string.Empty },
            ResolveMode = resolveMode,
            LogName = logName,
            ResolverType = ociLayout is null ? 0 : 1,
            SessionID = ociLayout?.SessionId ?? string.Empty,
            StoreID = ociLayout?.StoreId ?? string.Empty,
        };
        try
        {
            var response = await client.ResolveImageConfigAsync(request, cancellationToken: cancellationToken);
            return new ResolvedImage(response.Ref.Length > 0 ? ImageReference.Parse(response.Ref) : reference, Digest.Parse(response.Digest), response.Config.Memory);
        }
        catch (RpcException error)
        {
            throw Describe(error);
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken)
    {
        Interlocked.CompareExchange(ref _dockerfile, definition, null);
        try
        {
            var reference = await FindAsync(definition, cancellationToken);
            var response = await client.ReadFileAsync(new ReadFileRequest { Ref = reference, FilePath = path }, cancellationToken: cancellationToken);
            return response.Data.Length <= Limits.DockerfileBytes
                ? response.Data.ToByteArray()
                : throw new InvalidInputException($"reading {Quote.Text(path)}: {response.Data.Length} bytes are more than the {Limits.DockerfileBytes} that are allowed");
        }
        catch (RpcException error) when (error.Status.Detail.Contains("no such file or directory", StringComparison.Ordinal))
        {
            return null;
        }
        catch (RpcException error)
        {
            throw Describe(error);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContextFile>> ReadFilesAsync(Definition definition, int maximumBytes, CancellationToken cancellationToken)
    {
        const uint DirectoryBit = 1u << 31; // as Go's os.FileMode has them
        const uint TypeBits = 0x8f280000;
        var files = new List<ContextFile>();
        try
        {
            var reference = await FindAsync(definition, cancellationToken);
            var pending = new Stack<string>([string.Empty]);
            while (pending.TryPop(out var directory))
            {
                var listed = await client.ReadDirAsync(new ReadDirRequest { Ref = reference, DirPath = "/" + directory }, cancellationToken: cancellationToken);
                foreach (var entry in listed.Entries)
                {
                    var path = directory.Length == 0 ? entry.Path : $"{directory}/{entry.Path}";
                    if ((entry.Mode & DirectoryBit) != 0)
                    {
                        pending.Push(path);
                    }
                    else if ((entry.Mode & TypeBits) == 0)
                    {
                        var content = entry.Size > maximumBytes ? null : (await client.ReadFileAsync(new ReadFileRequest { Ref = reference, FilePath = path }, cancellationToken: cancellationToken)).Data;
                        files.Add(new ContextFile(path, content?.Memory));
                    }
                }
            }
        }
        catch (RpcException error)
        {
            throw Describe(error);
        }

        return files;
    }

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> FindTimeAsync(SourceOp source, string logName, CancellationToken cancellationToken)
    {
        try
        {
            var request = new ResolveSourceMetaRequest { Source = source, LogName = logName, Git = new ResolveSourceGitRequest { ReturnObject = true } };
            var response = await client.ResolveSourceMetaAsync(request, cancellationToken: cancellationToken);
            return response.HTTP?.LastModified?.ToDateTimeOffset() ?? (response.Git is { CommitObject.Length: > 0 } git ? TimeOfCommit(git.CommitObject.ToStringUtf8()) : null);
        }
        catch (RpcException error)
        {
            throw Describe(error);
        }
    }

    /// <inheritdoc/>
    public Task<string?> FindHostKeyAsync(string host, CancellationToken cancellationToken) => SshHostKey.FindAsync(host, cancellationToken);

    // The header line of git's commit object: committer NAME <ADDRESS> SECONDS ZONE.
    private static DateTimeOffset? TimeOfCommit(string commit)
    {
        var words = commit.Split('\n').TakeWhile(line => line.Length > 0).FirstOrDefault(line => line.StartsWith("committer ", StringComparison.Ordinal))?.Split(' ');
        return words is [.., var seconds, _] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? DateTimeOffset.FromUnixTimeSeconds(time) : null;
    }

    private Task<string> FindAsync(Definition definition, CancellationToken cancellationToken) =>
        _references.GetOrAdd(Digest.Of(definition.ToByteArray()), _ => new Lazy<Task<string>>(() => SolveAsync(definition, cancellationToken))).Value;

    /// <inheritdoc/>
    public void Warn(FrontendWarning warning) => _warnings.Enqueue(warning);

    /// <summary>Tells the builder of all warnings so far.</summary>
    public async Task SendWarningsAsync(CancellationToken cancellationToken)
    {
        while (_warnings.TryDequeue(out var warning))
        {
            var request = new WarnRequest
            {
                Digest = _dockerfile is { Def.Count: > 0 } definition ? Op.Parser.ParseFrom(definition.Def[^1]).Inputs[0].Digest : Digest.Of("dockerfile").ToString(),
                Level = 1,
                Short = ByteString.CopyFromUtf8($"{warning.Rule}: {warning.Message}"),
                Detail = { ByteString.CopyFromUtf8(warning.Description) },
                Url = warning.Url,
                Info = new SourceInfo { Filename = warning.Location.FileName, Data = ByteString.CopyFrom(warning.Location.Text.Span), Language = "Dockerfile" },
            };
            request.Ranges.AddRange(warning.Location.Ranges.Select(range => new Protocol.Llb.Range { Start = new Position { Line = range.Start }, End = new Position { Line = range.End } }));
            await client.WarnAsync(request, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Gives the builder a graph; it is solved when something of it is needed.</summary>
    public async Task<string> SolveAsync(Definition definition, CancellationToken cancellationToken)
    {
        var response = await client.SolveAsync(new SolveRequest { Definition = definition, AllowResultReturn = true, AllowResultArrayRef = true }, cancellationToken: cancellationToken);
        return response.Result?.Ref?.Id ?? string.Empty;
    }

    private static CofferdamException Describe(RpcException error) => error.StatusCode == StatusCode.NotFound
        ? new NotFoundException(error.Status.Detail, error)
        : new CofferdamException(ErrorCode.System, error.Status.Detail, error);
}
