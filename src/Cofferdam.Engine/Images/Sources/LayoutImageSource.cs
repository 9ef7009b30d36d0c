using Cofferdam.Model;
using Cofferdam.Protocol.Content;
using Cofferdam.Registry;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Images in an OCI layout that a client serves. They are named by digest.</summary>
public sealed class LayoutImageSource(IClientSession session, string sessionId, string storeId) : IImageSource
{
    // Distinguishes layouts from repositories among the origins of a layer.
    private const string Scheme = "oci-layout://";

    private readonly Content.ContentClient _content = new(session.Calls);

    /// <inheritdoc/>
    public string OriginOf(ImageReference reference) => $"{Scheme}{sessionId}/{storeId}";

    /// <summary>Reads what <see cref="OriginOf"/> wrote; null when it is a repository.</summary>
    public static (string SessionId, string StoreId)? ParseOrigin(string origin)
    {
        if (!origin.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = origin[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return (rest[..slash], rest[(slash + 1)..]);
    }

    /// <inheritdoc/>
    public async Task<Descriptor> ResolveAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var digest = reference.Digest ?? throw new InvalidInputException($"image {Quote.Text(reference.Familiar)} of an OCI layout is not named by digest")
        {
            Hint = "write oci-layout://name@sha256:…",
        };
        var descriptor = new Descriptor { MediaType = MediaTypes.OciManifest, Digest = digest, Size = 0 };
        var content = await FetchAsync(reference, descriptor, cancellationToken);
        return ManifestContent.Describe(content, digest);
    }

    /// <inheritdoc/>
    public async Task<byte[]> FetchAsync(ImageReference reference, Descriptor descriptor, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        using var call = Read(descriptor, 0, cancellationToken);
        try
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                content.Write(call.ResponseStream.Current.Data.Span);
                if (content.Length > Limits.ConfigBytes)
                {
                    throw new InvalidInputException($"{descriptor.Digest} of OCI layout {Quote.Text(storeId)} is larger than {Limits.ConfigBytes} bytes");
                }
            }
        }
        catch (RpcException error)
        {
            throw Failure(descriptor, error);
        }

        var bytes = content.ToArray();
        return Digest.Of(bytes) is var actual && actual == descriptor.Digest
            ? bytes
            : throw new DigestMismatchException($"content of OCI layout {Quote.Text(storeId)}", descriptor.Digest, actual);
    }

    /// <inheritdoc/>
    public Task<RegistryBlob> OpenBlobAsync(ImageReference reference, Descriptor descriptor, long offset, CancellationToken cancellationToken) =>
        Task.FromResult(new RegistryBlob(new ContentReadStream(Read(descriptor, offset, cancellationToken), error => Failure(descriptor, error)), offset));

    private AsyncServerStreamingCall<ReadContentResponse> Read(Descriptor descriptor, long offset, CancellationToken cancellationToken) =>
        _content.Read(
            new ReadContentRequest { Digest = descriptor.Digest.ToString(), Offset = offset },
            new Metadata { { "buildkit-attachable-store-id", storeId.StartsWith("local:", StringComparison.Ordinal) ? storeId : "oci:" + storeId } },
            cancellationToken: cancellationToken);

    private CofferdamException Failure(Descriptor descriptor, RpcException error) => error.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented
        ? new NotFoundException($"{descriptor.Digest} is not in OCI layout {Quote.Text(storeId)} of the client", error)
        : new CofferdamException(ErrorCode.SessionMissing, $"read {descriptor.Digest} of OCI layout {Quote.Text(storeId)}: {error.Status.Detail}", error);
}
