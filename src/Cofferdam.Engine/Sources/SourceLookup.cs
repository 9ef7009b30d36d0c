using System.Security.Cryptography;
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
            : new ResolveSourceMetaResponse { Source = source, HTTP = await ResolveHttpAsync(source, request.HTTP?.ChecksumRequest, context, cancellationToken) };
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

    private async Task<ResolveSourceGitResponse> ResolveGitAsync(SourceOp source, bool withObject, OperationContext context, CancellationToken cancellationToken)
    {
        var options = GitSourceOptions.Parse(source);
        await using var access = await GitAccess.OpenAsync(options, services, context, cancellationToken);
        var revision = await GitResolver.ResolveAsync(options, access, services.Root, cancellationToken);
        var response = new ResolveSourceGitResponse { Checksum = revision.Object, Ref = revision.Reference, CommitChecksum = revision.IsTag ? revision.Commit : string.Empty };
        if (!withObject && options.Signature is null)
        {
            return response;
        }

        var objects = await GitObjects.ReadAsync(options, revision, access, context, cancellationToken);
        if (options.Signature is not null)
        {
            await GitSignatures.VerifyAsync(objects, options, services.Clock, cancellationToken);
        }

        response.CommitObject = ByteString.CopyFrom(objects.Commit);
        if (objects.Tag is { } tag)
        {
            response.CommitChecksum = objects.Revision.Commit;
            response.TagObject = ByteString.CopyFrom(tag);
        }

        return response;
    }

    private async Task<ResolveSourceHTTPResponse> ResolveHttpAsync(SourceOp source, ChecksumRequest? wanted, OperationContext context, CancellationToken cancellationToken)
    {
        const int MaximumSuffix = 4 * 1024; // BuildKit source/http
        if (wanted is { Suffix.Length: > MaximumSuffix })
        {
            throw new InvalidInputException($"the suffix of a checksum is longer than {MaximumSuffix} bytes");
        }

        var options = HttpSourceOptions.Parse(source);
        if (options is { Checksum: { } checksum, IsOfSession: false, Signature: null } && wanted is null)
        {
            return new ResolveSourceHTTPResponse { Checksum = checksum.ToString(), Filename = options.ResultName(null) };
        }

        var fetched = await new HttpFetcher(options, services).FetchAsync(context, cancellationToken);
        return new ResolveSourceHTTPResponse
        {
            Checksum = fetched.Digest.ToString(),
            Filename = options.ResultName(fetched.Name),
            LastModified = fetched.LastModified is { } time ? Timestamp.FromDateTimeOffset(time) : null,
            ChecksumResponse = wanted is null ? null : await ComputeAsync(wanted, fetched.Digest, cancellationToken),
        };
    }

    // The checksum of the content with more behind it: what a signature is made of.
    private async Task<ChecksumResponse> ComputeAsync(ChecksumRequest wanted, Digest content, CancellationToken cancellationToken)
    {
        var (name, algorithm) = wanted.Algo switch
        {
            ChecksumRequest.Types.ChecksumAlgo.Sha256 => ("sha256", HashAlgorithmName.SHA256),
            ChecksumRequest.Types.ChecksumAlgo.Sha384 => ("sha384", HashAlgorithmName.SHA384),
            ChecksumRequest.Types.ChecksumAlgo.Sha512 => ("sha512", HashAlgorithmName.SHA512),
            _ => throw new InvalidInputException($"unknown checksum algorithm {(int)wanted.Algo}"),
        };
        using var hash = IncrementalHash.CreateHash(algorithm);
        await using var stream = await services.Content.OpenReadAsync(content, cancellationToken);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
        }

        hash.AppendData(wanted.Suffix.Span);
        return new ChecksumResponse { Digest = $"{name}:{Convert.ToHexStringLower(hash.GetHashAndReset())}", Suffix = wanted.Suffix };
    }
}
