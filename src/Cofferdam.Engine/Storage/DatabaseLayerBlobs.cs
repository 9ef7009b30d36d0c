using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What is known of layers as blobs, in the daemon's database.</summary>
internal sealed class DatabaseLayerBlobs(MetadataDatabase database, LayerContentStore content) : ILayerBlobs
{
    public async ValueTask<LayerBlob?> FindAsync(LayerId layer, Compression? compression, CancellationToken cancellationToken)
    {
        var origin = database.LayerBlobs.FindOrigin(layer);
        IContentStore place = compression == Compression.None ? content : content.Stored;
        foreach (var blob in database.LayerBlobs.List(layer).Where(blob => compression is null || blob.Compression == compression))
        {
            // A blob that was collected is a miss, unless it can be fetched again.
            if (origin?.Blob == blob.Blob || await place.FindAsync(blob.Blob, cancellationToken) is not null)
            {
                return blob;
            }
        }

        return origin is not null && LayerTypes.CompressionOf(origin.MediaType) is var known && (compression is null || compression == known)
            ? new LayerBlob(origin.Blob, origin.Size, origin.DiffId, known)
            : null;
    }

    public ValueTask AddAsync(LayerId layer, LayerBlob blob, CancellationToken cancellationToken) => database.LayerBlobs.PutAsync(layer, blob, cancellationToken);

    public ValueTask<DateTimeOffset?> GetCreatedAsync(LayerId layer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(database.Layers.Find(layer)?.Created);
}
