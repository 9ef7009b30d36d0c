using System.Collections.Concurrent;
using Cofferdam.Engine;
using Cofferdam.Model;

namespace Cofferdam.Testing;

/// <summary>Names of images, for tests without a database.</summary>
public sealed class MemoryImageStore : IImageStore
{
    private readonly ConcurrentDictionary<string, Descriptor> _images = new();

    public ValueTask<Descriptor?> FindAsync(ImageReference reference, CancellationToken cancellationToken) => ValueTask.FromResult(_images.GetValueOrDefault(reference.ToString()));

    public ValueTask PutAsync(ImageReference reference, Descriptor target, CancellationToken cancellationToken)
    {
        _images[reference.ToString()] = target;
        return ValueTask.CompletedTask;
    }
}
