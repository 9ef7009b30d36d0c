using Cofferdam.Model;

namespace Cofferdam.Registry;

/// <summary>The distribution protocol (OCI distribution-spec 1.1), for any registry. Thread-safe.</summary>
public interface IRegistry
{
    /// <summary>The manifest or index that a reference names now; throws <see cref="NotFoundException"/> and <see cref="UnauthorizedException"/>.</summary>
    Task<Descriptor> ResolveAsync(ImageReference reference, IRegistryCredentials credentials, CancellationToken cancellationToken);

    /// <summary>A manifest, index or config as bytes, verified against its digest and the limit for its kind.</summary>
    Task<byte[]> FetchAsync(ImageReference repository, Descriptor descriptor, IRegistryCredentials credentials, CancellationToken cancellationToken);

    /// <summary>A blob from <paramref name="offset"/> on, not verified; where the registry cannot resume the stream's <see cref="RegistryBlob.Offset"/> is 0.</summary>
    Task<RegistryBlob> OpenBlobAsync(ImageReference repository, Descriptor descriptor, long offset, IRegistryCredentials credentials, CancellationToken cancellationToken);

    /// <summary>Pushes a blob unless the registry has it. <paramref name="open"/> opens the content at an offset, again after a broken connection.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="descriptor">What.</param>
    /// <param name="mountFrom">A repository of the same registry that may have it, to mount instead of pushing; null when none is known.</param>
    /// <param name="open">Opens the content at an offset; the stream is disposed by the callee.</param>
    /// <param name="credentials">Credentials for the registry.</param>
    /// <param name="progress">Told the bytes pushed so far; may be null.</param>
    /// <param name="cancellationToken">Stops the push.</param>
    Task PushBlobAsync(
        ImageReference repository,
        Descriptor descriptor,
        ImageReference? mountFrom,
        Func<long, CancellationToken, ValueTask<Stream>> open,
        IRegistryCredentials credentials,
        IProgress<long>? progress,
        CancellationToken cancellationToken);

    /// <summary>Pushes a manifest or index under the reference's tag, or under its digest when it has no tag.</summary>
    Task PushManifestAsync(ImageReference reference, Descriptor descriptor, ReadOnlyMemory<byte> content, IRegistryCredentials credentials, CancellationToken cancellationToken);
}
