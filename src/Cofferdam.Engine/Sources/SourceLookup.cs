using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Cofferdam.Storage.Layers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Engine;

/// <summary>Tells of git and http sources what can be known without making their result.</summary>
internal sealed class SourceLookup(SourceServices services)
{
    /// <summary>Whether it knows sources of that kind.</summary>
    public static bool Knows(string identifier) =>
        identifier.StartsWith("git://", StringComparison.Ordinal) || identifier.StartsWith("http://", StringComparison.Ordinal) || identifier.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>Looks a source up.</summary>
    /// <param name="request">The source; whether the objects of git are wanted.</param>
    /// <param name="context">The build that asks.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ResolveSourceMetaResponse> ResolveAsync(ResolveSourceMetaRequest request, OperationContext context, CancellationToken cancellationToken)
    {
        var source = request.Source;
        return source.Identifier.StartsWith("git://", StringComparison.Ordinal)
            ? new ResolveSourceMetaResponse { Source = source, Git = await ResolveGitAsync(source, request.Git?.ReturnObject == true, context, cancellationToken) }
            : request.HTTP?.ChecksumRequest is not null ? throw new UnsupportedException("checksums of http sources with a suffix are not supported yet")
            : new ResolveSourceMetaResponse { Source = source, HTTP = await ResolveHttpAsync(source, context, cancellationToken) };
    }

    /// <summary>When the content of a source was made: the commit's time, what the server says, or the latest of an archive's files; null where that is not known.</summary>
    public async Task<DateTimeOffset?> FindTimeAsync(SourceOp source, OperationContext context, CancellationToken cancellationToken)
    {
        if (source.Identifier.StartsWith("git://", StringComparison.Ordinal))
        {
            return GitCommitTime.Parse((await ResolveGitAsync(source, withObject: true, context, cancellationToken)).CommitObject.Span);
        }

        // What a checksum names has the same time wherever it comes from.
        var options = HttpSourceOptions.Parse(source);
        var fetched = await new HttpFetcher(options, services).FetchAsync(context, cancellationToken);
        if (options.Checksum is null && fetched.LastModified is { } modified)
        {
            return modified;
        }

        await using var content = await services.Content.OpenReadAsync(fetched.Digest, cancellationToken);
        return await TarExtractor.FindLatestTimeAsync(content, cancellationToken);
    }

    private static Action<ReadOnlyMemory<char>> LogTo(OperationContext context) => text => context.Progress.Log(2, System.Text.Encoding.UTF8.GetBytes(text.ToArray()));

    private async Task<ResolveSourceGitResponse> ResolveGitAsync(SourceOp source, bool withObject, OperationContext context, CancellationToken cancellationToken)
    {
        var options = GitSourceOptions.Parse(source);
        await using var access = await GitAccess.OpenAsync(options, context, cancellationToken);
        var revision = await GitResolver.ResolveAsync(options, access.In(services.Root), cancellationToken);
        var response = new ResolveSourceGitResponse { Checksum = revision.Object, Ref = revision.Reference, CommitChecksum = revision.IsTag ? revision.Commit : string.Empty };
        if (withObject)
        {
            var directory = Directory.CreateTempSubdirectory("coffer-git-");
            try
            {
                await AddObjectsAsync(response, options, revision, access.In(directory.FullName), context, cancellationToken);
            }
            finally
            {
                directory.Delete(recursive: true);
            }
        }

        return response;
    }

    private static async Task AddObjectsAsync(ResolveSourceGitResponse response, GitSourceOptions options, GitRevision revision, GitCommand git, OperationContext context, CancellationToken cancellationToken)
    {
        await new GitFetch(options, revision, git, LogTo(context)).RunAsync(cancellationToken);
        var commit = (await git.RunAsync(null, cancellationToken, "rev-parse", revision.Object + "^{commit}")).Trim();
        response.CommitObject = ByteString.CopyFromUtf8(await git.RunAsync(null, cancellationToken, "cat-file", "commit", commit));
        if (commit != revision.Object)
        {
            response.CommitChecksum = commit;
            response.TagObject = ByteString.CopyFromUtf8(await git.RunAsync(null, cancellationToken, "cat-file", "tag", revision.Object));
        }
    }

    private async Task<ResolveSourceHTTPResponse> ResolveHttpAsync(SourceOp source, OperationContext context, CancellationToken cancellationToken)
    {
        var options = HttpSourceOptions.Parse(source);
        if (options is { Checksum: { } checksum, IsOfSession: false })
        {
            return new ResolveSourceHTTPResponse { Checksum = checksum.ToString(), Filename = options.ResultName(null) };
        }

        var fetched = await new HttpFetcher(options, services).FetchAsync(context, cancellationToken);
        return new ResolveSourceHTTPResponse
        {
            Checksum = fetched.Digest.ToString(),
            Filename = options.ResultName(fetched.Name),
            LastModified = fetched.LastModified is { } time ? Timestamp.FromDateTimeOffset(time) : null,
        };
    }
}
