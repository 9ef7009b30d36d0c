using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Engine;

/// <summary>Images in registries, as one user sees them.</summary>
public sealed class RegistryImageSource(IRegistry registry, IRegistryCredentials credentials) : IImageSource
{
    /// <inheritdoc/>
    public string OriginOf(ImageReference reference) => reference.Name;

    /// <inheritdoc/>
    public Task<Descriptor> ResolveAsync(ImageReference reference, CancellationToken cancellationToken) => registry.ResolveAsync(reference, credentials, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> FetchAsync(ImageReference reference, Descriptor descriptor, CancellationToken cancellationToken) =>
        registry.FetchAsync(reference, descriptor, credentials, cancellationToken);

    /// <inheritdoc/>
    public Task<RegistryBlob> OpenBlobAsync(ImageReference reference, Descriptor descriptor, long offset, CancellationToken cancellationToken) =>
        registry.OpenBlobAsync(reference, descriptor, offset, credentials, cancellationToken);
}
