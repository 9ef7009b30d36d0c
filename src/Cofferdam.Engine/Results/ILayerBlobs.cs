using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What is known of layers as blobs, and when they were made. Thread-safe; kept over restarts.</summary>
public interface ILayerBlobs
{
    /// <summary>A blob of the layer that is in the content store or can be fetched; of the compression wanted, or of any when that is null.</summary>
    /// <remarks>An uncompressed one that was asked for need not be stored: it can be made of the layer whenever it is read.</remarks>
    ValueTask<LayerBlob?> FindAsync(LayerId layer, Compression? compression, CancellationToken cancellationToken);

    /// <summary>Records a blob of the layer that is in the content store, or its uncompressed tar where it is not.</summary>
    ValueTask AddAsync(LayerId layer, LayerBlob blob, CancellationToken cancellationToken);

    /// <summary>When the layer was made; null when that is not known.</summary>
    ValueTask<DateTimeOffset?> GetCreatedAsync(LayerId layer, CancellationToken cancellationToken);
}
