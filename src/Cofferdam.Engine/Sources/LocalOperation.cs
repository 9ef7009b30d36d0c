using System.Text.Json;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileSync;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>A directory of the client (LLB <c>local://</c> sources). What was transferred before is kept, and only what changed is fetched.</summary>
internal sealed class LocalOperation(SourceOp source, LocalDirectories directories, SourceServices services) : IOperation
{
    private const string Method = "/moby.filesync.v1.FileSync/DiffCopy";

    private readonly string _name = source.Identifier["local://".Length..];

    // What a client's directory holds is known only after the transfer: the key is good for one build, and vertices above go by content.
    public bool HasKeyAtHand => true;

    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(OperationKey.Of(Digest.Of($"session:{source.Attrs.GetValueOrDefault("local.session")}:{context.VertexDigest}:{Guid.NewGuid()}")) with { IsStorable = false });

    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var session = await FindSessionAsync(context, cancellationToken);
        var layer = await directories.UpdateAsync(Key(session), (target, known) => ReceiveAsync(session, target, known, context, cancellationToken), cancellationToken);
        services.Hash.MarkReceived(layer);
        return [new SnapshotResult(Snapshot.Scratch.Append(layer), services.Uses)];
    }

    private async Task<IClientSession> FindSessionAsync(OperationContext context, CancellationToken cancellationToken)
    {
        CofferdamException? missing = null;
        foreach (var job in context.Jobs.Cast<BuildJob>())
        {
            try
            {
                var session = await job.GetSessionAsync(source.Attrs.GetValueOrDefault("local.session"), cancellationToken);
                if (session.Exposes(Method))
                {
                    job.SharedKey = session.SharedKey;
                    return session;
                }
            }
            catch (CofferdamException error) when (error.Code == ErrorCode.SessionMissing)
            {
                missing = error;
            }
        }

        throw missing ?? new CofferdamException(ErrorCode.SessionMissing, $"transferring {Quote.Text(_name)}: the client does not serve files");
    }

    // Which earlier transfer this one is compared with: of the same directory as far as the client says, and the same parts of it.
    private string Key(IClientSession session) => string.Join(
        '\n',
        _name,
        source.Attrs.GetValueOrDefault("local.sharedkeyhint") ?? _name,
        session.SharedKey,
        source.Attrs.GetValueOrDefault("local.includepattern"),
        source.Attrs.GetValueOrDefault("local.excludepatterns"),
        source.Attrs.GetValueOrDefault("local.followpaths"));

    private async Task<(FileListing Listing, bool HasChanged)> ReceiveAsync(IClientSession session, RootedDirectory target, FileListing known, OperationContext context, CancellationToken cancellationToken)
    {
        var label = $"transferring {_name}:";
        context.Progress.Status(label, label, 0, 0, isCompleted: false);
        try
        {
            using var call = new FileSync.FileSyncClient(session.Calls).DiffCopy(Metadata(), cancellationToken: cancellationToken);
            using var contents = SharedDirectory.TryOpen(session, await call.ResponseHeadersAsync);
            var receiver = new FileReceiver(target, known, new ReceiverOptions
            {
                Contents = contents,
                AlwaysFetch = source.Attrs.GetValueOrDefault("local.differ") == "none",
                Received = (stat, digest) => services.Hash.Files.Add(stat, digest),
                Progress = (bytes, isCompleted) => context.Progress.Status(label, label, bytes, 0, isCompleted),
            });
            var listing = await receiver.ReceiveAsync(call.ResponseStream, call.RequestStream, cancellationToken);
            await call.RequestStream.CompleteAsync();
            if (receiver.Changes is { } changes)
            {
                foreach (var job in context.Jobs.Cast<BuildJob>())
                {
                    job.Changes[context.VertexDigest] = changes;
                }
            }

            return (listing, receiver.HasChanged);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            throw new NotFoundException($"transferring {Quote.Text(_name)}: {error.Status.Detail}", error);
        }
        catch (RpcException error) when (error.StatusCode is not (StatusCode.Cancelled or StatusCode.Unavailable))
        {
            throw new CofferdamException(ErrorCode.System, $"transferring {Quote.Text(_name)}: {error.Status.Detail}", error)
            {
                Hint = error.Status.Detail.Contains("pattern", StringComparison.Ordinal) ? "check the patterns in .dockerignore" : null,
            };
        }
    }

    private Metadata Metadata()
    {
        var metadata = new Metadata { { "dir-name", _name } };
        AddAll(metadata, "include-patterns", "local.includepattern");
        AddAll(metadata, "exclude-patterns", "local.excludepatterns");
        AddAll(metadata, "followpaths", "local.followpaths");
        return metadata;
    }

    // Values that are not ASCII are escaped as in a query, all of a key alike (BuildKit session/filesync).
    private void AddAll(Metadata metadata, string key, string attribute)
    {
        var values = source.Attrs.TryGetValue(attribute, out var json) && json.Length > 0 ? JsonSerializer.Deserialize(json, StringListJsonContext.Default.StringArray) ?? [] : [];
        var isEncoded = values.Any(value => !System.Text.Ascii.IsValid(value));
        foreach (var value in values)
        {
            metadata.Add(key, isEncoded ? Uri.EscapeDataString(value).Replace("%20", "+", StringComparison.Ordinal) : value);
        }

        if (isEncoded)
        {
            metadata.Add(key + "-encoded", "1");
        }
    }
}
