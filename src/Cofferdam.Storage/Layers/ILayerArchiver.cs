namespace Cofferdam.Storage;

/// <summary>Gives layers as uncompressed tars without storing them. The same layer always gives the same bytes.</summary>
public interface ILayerArchiver
{
    /// <summary>What the layer's tar would be as a blob; nothing is stored.</summary>
    /// <param name="layer">A committed layer.</param>
    /// <param name="observer">Sees each piece of the tar; may be null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<LayerBlob> MeasureAsync(LayerId layer, ITarObserver? observer, CancellationToken cancellationToken);

    /// <summary>Writes the layer's tar to a stream, which stays open.</summary>
    Task ArchiveAsync(LayerId layer, Stream target, CancellationToken cancellationToken);
}
