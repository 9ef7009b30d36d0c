using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Where layers of images can be fetched from. Thread-safe; kept over restarts.</summary>
public interface ILayerOrigins
{
    /// <summary>Where a layer comes from; null when that is not known.</summary>
    ValueTask<LayerOrigin?> FindAsync(LayerId layer, CancellationToken cancellationToken);

    /// <summary>The repositories known to have a blob of a layer; empty when none is.</summary>
    ValueTask<IReadOnlyList<string>> FindRepositoriesAsync(Digest blob, CancellationToken cancellationToken);

    /// <summary>Records where layers come from; repositories are added to those known.</summary>
    ValueTask PutAsync(IReadOnlyCollection<LayerOrigin> origins, CancellationToken cancellationToken);

    /// <summary>Forgets where a layer comes from.</summary>
    ValueTask RemoveAsync(LayerId layer, CancellationToken cancellationToken);
}
