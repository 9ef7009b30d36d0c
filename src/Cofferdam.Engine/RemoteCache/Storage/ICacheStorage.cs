using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Engine;

/// <summary>A service that keeps caches as objects: blobs by digest, configs by name. Thread-safe.</summary>
internal interface ICacheStorage
{
    /// <summary>How it is recorded as the origin of layers: which service and where in it, never with what credentials.</summary>
    string Origin { get; }

    /// <summary>How many blobs are sent at once.</summary>
    int Parallelism { get; }

    /// <summary>Whether a blob is there. One that is, is kept from expiring.</summary>
    Task<bool> HasAsync(Digest blob, CancellationToken cancellationToken);

    /// <summary>Sends a blob that is not there.</summary>
    Task PutAsync(CacheBlob blob, CancellationToken cancellationToken);

    /// <summary>Names a config; it takes the place of what had the name before.</summary>
    Task PutConfigAsync(ReadOnlyMemory<byte> config, CancellationToken cancellationToken);

    /// <summary>The configs that have the name, none where there is no such cache.</summary>
    Task<IReadOnlyList<byte[]>> ReadConfigsAsync(CancellationToken cancellationToken);

    /// <summary>A blob from an offset on, not verified; throws <see cref="NotFoundException"/>.</summary>
    Task<RegistryBlob> OpenBlobAsync(Digest blob, long offset, CancellationToken cancellationToken);
}
