using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Engine;

/// <summary>A place that has images: a registry, or a layout of a client.</summary>
public interface IImageSource
{
    /// <summary>How the place is recorded as the origin of an image's layers.</summary>
    string OriginOf(ImageReference reference);

    /// <summary>The manifest or index that a reference names now.</summary>
    Task<Descriptor> ResolveAsync(ImageReference reference, CancellationToken cancellationToken);

    /// <summary>A manifest, index or config, verified.</summary>
    Task<byte[]> FetchAsync(ImageReference reference, Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>A blob from an offset on, not verified.</summary>
    Task<RegistryBlob> OpenBlobAsync(ImageReference reference, Descriptor descriptor, long offset, CancellationToken cancellationToken);
}
