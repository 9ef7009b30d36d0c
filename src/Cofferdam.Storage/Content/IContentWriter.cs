using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>A blob being written. Disposing without a commit keeps the bytes for a later resume.</summary>
public interface IContentWriter : IAsyncDisposable
{
    /// <summary>Bytes written so far, those of an earlier broken write included.</summary>
    long Offset { get; }

    /// <summary>Appends bytes.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Drops what was written.</summary>
    ValueTask ResetAsync(CancellationToken cancellationToken);

    /// <summary>Makes the blob visible and returns what it is. Throws <see cref="DigestMismatchException"/>, and drops the bytes, when it is not what was expected.
    /// A blob that is there already is no error.</summary>
    ValueTask<ContentInfo> CommitAsync(CancellationToken cancellationToken);
}
