using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>Blobs by digest. What <see cref="FindAsync"/> names is there, whole and verified. Thread-safe, and safe against a crash at any moment.</summary>
public interface IContentStore
{
    /// <summary>The blob's size and times; null when it is not there.</summary>
    ValueTask<ContentInfo?> FindAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>Opens a blob for reading, seekable; throws <see cref="NotFoundException"/>. The caller disposes it.</summary>
    ValueTask<Stream> OpenReadAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>Begins or resumes writing a blob. <paramref name="reference"/> names the write: a later call with the same name goes on where a broken one stopped.</summary>
    /// <param name="reference">The name of the write. Two writers of one name wait for each other.</param>
    /// <param name="expected">The digest it must have in the end; null when not known.</param>
    /// <param name="cancellationToken">Stops the wait for another writer of the same name.</param>
    ValueTask<IContentWriter> OpenWriteAsync(string reference, Digest? expected, CancellationToken cancellationToken);

    /// <summary>All blobs, in no order.</summary>
    IAsyncEnumerable<ContentInfo> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes a blob; one that is not there is no error. A reader that has it open reads on.</summary>
    ValueTask DeleteAsync(Digest digest, CancellationToken cancellationToken);
}
