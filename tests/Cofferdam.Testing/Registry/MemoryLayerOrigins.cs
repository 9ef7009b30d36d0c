using System.Collections.Concurrent;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Testing;

/// <summary>Where layers come from, for tests without a database.</summary>
public sealed class MemoryLayerOrigins : ILayerOrigins
{
    private readonly ConcurrentDictionary<LayerId, LayerOrigin> _origins = new();

    public ValueTask<LayerOrigin?> FindAsync(LayerId layer, CancellationToken cancellationToken) => ValueTask.FromResult(_origins.GetValueOrDefault(layer));

    public ValueTask<IReadOnlyList<string>> FindRepositoriesAsync(Digest blob, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>([.. _origins.Values.Where(origin => origin.Blob == blob).SelectMany(origin => origin.Repositories).Distinct()]);

    public ValueTask RemoveAsync(LayerId layer, CancellationToken cancellationToken)
    {
        _origins.TryRemove(layer, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask PutAsync(IReadOnlyCollection<LayerOrigin> origins, CancellationToken cancellationToken)
    {
        foreach (var origin in origins)
        {
            _origins.AddOrUpdate(origin.Layer, origin, (_, known) => origin with { Repositories = [.. known.Repositories.Union(origin.Repositories)] });
        }

        return ValueTask.CompletedTask;
    }
}
