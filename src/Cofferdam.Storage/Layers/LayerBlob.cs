using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>A layer as a blob in the content store.</summary>
/// <param name="Blob">The digest of the blob.</param>
/// <param name="Size">The size of the blob in bytes.</param>
/// <param name="DiffId">The digest of the uncompressed tar.</param>
/// <param name="Compression">How the blob is compressed.</param>
public sealed record LayerBlob(Digest Blob, long Size, Digest DiffId, Compression Compression);
