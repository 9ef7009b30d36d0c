using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>The images that have a name here. Thread-safe.</summary>
public interface IImageStore
{
    /// <summary>The manifest or index of a name; null when there is none. That its blobs are here is not said.</summary>
    ValueTask<Descriptor?> FindAsync(ImageReference reference, CancellationToken cancellationToken);

    /// <summary>Gives an image a name, in place of the one that had it.</summary>
    ValueTask PutAsync(ImageReference reference, Descriptor target, CancellationToken cancellationToken);
}
