using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>Where a layer that may not be here yet can be fetched from.</summary>
/// <param name="Layer">The name it has once it is unpacked.</param>
/// <param name="MediaType">The media type of the blob.</param>
/// <param name="Blob">The digest of the blob.</param>
/// <param name="Size">The size of the blob in bytes.</param>
/// <param name="DiffId">The digest of the uncompressed tar.</param>
/// <param name="Repositories">The repositories that had it when they were asked, as host and path; the one asked last comes first.</param>
public sealed record LayerOrigin(LayerId Layer, string MediaType, Digest Blob, long Size, Digest DiffId, ImmutableArray<string> Repositories)
{
    /// <summary>The layer as a descriptor.</summary>
    public Descriptor ToDescriptor() => new() { MediaType = MediaType, Digest = Blob, Size = Size };
}
