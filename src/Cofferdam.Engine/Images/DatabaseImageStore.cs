using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The images in the daemon's database.</summary>
public sealed class DatabaseImageStore(ImageTable images) : IImageStore
{
    /// <inheritdoc/>
    public ValueTask<Descriptor?> FindAsync(ImageReference reference, CancellationToken cancellationToken) =>
        ValueTask.FromResult(images.Find(reference.WithDefaultTag().ToString())?.Target);

    /// <inheritdoc/>
    public ValueTask PutAsync(ImageReference reference, Descriptor target, CancellationToken cancellationToken) =>
        images.PutAsync(reference.WithDefaultTag().ToString(), target, cancellationToken);
}
