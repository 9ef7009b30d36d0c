namespace Cofferdam.Storage;

/// <summary>Makes blobs of layers and layers of blobs, in a stream: tar, compression and both digests in one pass.</summary>
public interface ILayerWriter
{
    /// <summary>Writes a committed layer into the content store.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops it; what was written is dropped.</param>
    Task<LayerBlob> WriteAsync(LayerId layer, LayerOptions options, CancellationToken cancellationToken);

    /// <summary>Unpacks a blob, compressed in any way that its first bytes tell, as a new layer over <paramref name="parent"/>; checks the diff ID.</summary>
    /// <param name="parent">The layers below.</param>
    /// <param name="blob">The blob as a stream; not disposed.</param>
    /// <param name="diffId">The digest the uncompressed tar must have; null when not known.</param>
    /// <param name="name">The name the layer gets; null makes a new one.</param>
    /// <param name="cancellationToken">Stops it; what was unpacked is removed.</param>
    Task<(LayerId Layer, Model.Digest DiffId)> ApplyAsync(Snapshot parent, Stream blob, Model.Digest? diffId, LayerId? name, CancellationToken cancellationToken);
}
