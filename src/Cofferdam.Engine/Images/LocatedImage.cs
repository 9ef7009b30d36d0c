using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The image of one platform: found, its manifest and config read, its layers perhaps not fetched.</summary>
/// <param name="Reference">The name it was found by.</param>
/// <param name="Root">The manifest or index the name led to.</param>
/// <param name="ManifestDescriptor">The platform's manifest.</param>
/// <param name="Manifest">What is in it.</param>
/// <param name="ConfigBytes">The config as it is stored.</param>
/// <param name="Config">The config.</param>
/// <param name="Origin">Where it was found, as recorded for its layers.</param>
public sealed record LocatedImage(
    ImageReference Reference, Descriptor Root, Descriptor ManifestDescriptor, ImageManifest Manifest, ReadOnlyMemory<byte> ConfigBytes, ImageConfig Config, string Origin)
{
    /// <summary>Where each layer comes from, lowest first; the first <paramref name="limit"/> only where that is not null. Names of layers are made of their chain ids.</summary>
    public ImmutableArray<LayerOrigin> GetLayers(int? limit)
    {
        var diffIds = Config.RootFs.DiffIds;
        if (diffIds.Count != Manifest.Layers.Count)
        {
            throw new InvalidInputException($"image {Quote.Text(Reference.Familiar)} has {Manifest.Layers.Count} layers, and {diffIds.Count} in its config");
        }

        var layers = ImmutableArray.CreateBuilder<LayerOrigin>();
        ChainId? chain = null;
        foreach (var (descriptor, diffId) in Manifest.Layers.Zip(diffIds).Take(limit ?? int.MaxValue))
        {
            if (!LayerMediaTypes.IsLayer(descriptor.MediaType))
            {
                throw new UnsupportedException($"image {Quote.Text(Reference.Familiar)} has a layer of type {Quote.Text(descriptor.MediaType)}, which is none of files");
            }

            chain = chain?.Append(diffId) ?? new ChainId(diffId);
            layers.Add(new LayerOrigin(LayerNames.Of(chain.Value), descriptor.MediaType, descriptor.Digest, descriptor.Size, diffId, [Origin]));
        }

        return layers.ToImmutable();
    }
}
