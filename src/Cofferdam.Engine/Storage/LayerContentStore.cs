using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The content store, and besides what is stored the uncompressed tar of every layer that was measured and is still here: it is made when it is read.</summary>
internal sealed class LayerContentStore(IContentStore stored, LayerBlobTable blobs, ISnapshotter snapshotter, ILayerArchiver archiver) : IContentStore
{
    /// <summary>What is stored alone.</summary>
    public IContentStore Stored => stored;

    public async ValueTask<ContentInfo?> FindAsync(Digest digest, CancellationToken cancellationToken) =>
        await stored.FindAsync(digest, cancellationToken) is { } info ? info
        : FindLayer(digest) is { } layer ? new ContentInfo(digest, layer.Size, DateTimeOffset.UnixEpoch)
        : null;

    public async ValueTask<Stream> OpenReadAsync(Digest digest, CancellationToken cancellationToken) =>
        await stored.FindAsync(digest, cancellationToken) is null && FindLayer(digest) is { } found
            ? new LayerTarStream(found.Size, (stream, token) => archiver.ArchiveAsync(found.Layer, stream, token))
            : await stored.OpenReadAsync(digest, cancellationToken);

    public ValueTask<IContentWriter> OpenWriteAsync(string reference, Digest? expected, CancellationToken cancellationToken) =>
        stored.OpenWriteAsync(reference, expected, cancellationToken);

    public IAsyncEnumerable<ContentInfo> ListAsync(CancellationToken cancellationToken) => stored.ListAsync(cancellationToken);

    public ValueTask DeleteAsync(Digest digest, CancellationToken cancellationToken) => stored.DeleteAsync(digest, cancellationToken);

    /// <summary>The layer whose uncompressed tar has the digest; null when it is not here.</summary>
    public (LayerId Layer, long Size)? FindLayer(Digest digest)
    {
        foreach (var layer in blobs.FindLayers(digest))
        {
            if (snapshotter.Exists(layer) && blobs.Find(layer, Compression.None) is { } blob && blob.Blob == digest)
            {
                return (layer, blob.Size);
            }
        }

        return null;
    }
}
