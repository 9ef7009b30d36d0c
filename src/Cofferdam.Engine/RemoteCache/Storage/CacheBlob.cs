using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A blob to be sent.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="OpenAsync">Opens it for reading, seekable; may be called several times.</param>
internal sealed record CacheBlob(Digest Digest, long Size, Func<CancellationToken, ValueTask<Stream>> OpenAsync)
{
    /// <summary>A part of it as the body of a request.</summary>
    public BlobSlice Slice(long offset, long length) => new(OpenAsync, offset, length);
}
