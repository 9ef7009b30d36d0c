using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Where layers come from, in the daemon's database.</summary>
public sealed class DatabaseLayerOrigins(LayerBlobTable table) : ILayerOrigins
{
    /// <inheritdoc/>
    public ValueTask<LayerOrigin?> FindAsync(LayerId layer, CancellationToken cancellationToken) => ValueTask.FromResult(table.FindOrigin(layer));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> FindRepositoriesAsync(Digest blob, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>([.. table.FindLayers(blob)
            .Select(table.FindOrigin)
            .Where(origin => origin is not null && origin.Blob == blob)
            .SelectMany(origin => origin!.Repositories)
            .Distinct()]);

    /// <inheritdoc/>
    public ValueTask RemoveAsync(LayerId layer, CancellationToken cancellationToken) => table.RemoveOriginAsync(layer, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask PutAsync(IReadOnlyCollection<LayerOrigin> origins, CancellationToken cancellationToken)
    {
        var changed = origins.Where(origin => table.FindOrigin(origin.Layer) is not { } known || known.Blob != origin.Blob || !known.Repositories.Take(origin.Repositories.Length).Order().SequenceEqual(origin.Repositories.Order())).ToList();
        if (changed.Count == 0)
        {
            return;
        }

        await table.PutOriginsAsync(changed, cancellationToken);
        await Task.WhenAll(changed.Select(origin =>
            table.PutAsync(origin.Layer, new LayerBlob(origin.Blob, origin.Size, origin.DiffId, LayerMediaTypes.CompressionOf(origin.MediaType)), cancellationToken).AsTask()));
    }
}
