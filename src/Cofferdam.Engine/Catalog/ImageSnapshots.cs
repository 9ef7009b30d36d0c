using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Finds the file system of an image of the store.</summary>
internal sealed class ImageSnapshots(ISnapshotter snapshotter, MetadataDatabase database, ILayerOrigins origins)
{
    /// <summary>The layers: those that are here under whatever name they were made, else such as can be unpacked from the image's blobs.</summary>
    public async Task<Snapshot> PrepareAsync(CatalogImage image, CancellationToken cancellationToken)
    {
        var diffIds = image.Config.RootFs.DiffIds;
        var layers = ImmutableArray.CreateBuilder<LayerId>(diffIds.Count);
        var missing = new List<LayerOrigin>();
        ChainId? chain = null;
        for (var i = 0; i < diffIds.Count; i++)
        {
            chain = chain?.Append(diffIds[i]) ?? new ChainId(diffIds[i]);
            var blob = image.Manifest.Layers[i];
            var here = database.LayerBlobs.FindLayers(blob.Digest).Cast<LayerId?>().FirstOrDefault(layer => snapshotter.Exists(layer!.Value));
            var name = here ?? LayerNames.Of(chain.Value);
            layers.Add(name);
            if (here is null && !snapshotter.Exists(name))
            {
                missing.Add(new LayerOrigin(name, blob.MediaType, blob.Digest, blob.Size, diffIds[i], []));
            }
        }

        // Blobs of an image that was loaded come from the content store: they need no repository.
        await origins.PutAsync(missing, cancellationToken);
        return new Snapshot(layers.MoveToImmutable());
    }
}
