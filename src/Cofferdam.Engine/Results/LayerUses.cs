using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Counts uses of layers in memory: nothing is in use when a daemon starts.</summary>
public sealed class LayerUses : ILayerUses
{
    private readonly Lock _lock = new(); // guards _uses
    private readonly Dictionary<LayerId, int> _uses = [];

    /// <inheritdoc/>
    public void Add(Snapshot snapshot)
    {
        lock (_lock)
        {
            foreach (var layer in snapshot.Layers)
            {
                _uses[layer] = _uses.GetValueOrDefault(layer) + 1;
            }
        }
    }

    /// <inheritdoc/>
    public void Remove(Snapshot snapshot)
    {
        lock (_lock)
        {
            foreach (var layer in snapshot.Layers)
            {
                var left = _uses.GetValueOrDefault(layer) - 1;
                if (left > 0)
                {
                    _uses[layer] = left;
                }
                else
                {
                    _uses.Remove(layer);
                }
            }
        }
    }

    /// <summary>Whether anything uses a layer now.</summary>
    public bool IsUsed(LayerId layer)
    {
        lock (_lock)
        {
            return _uses.ContainsKey(layer);
        }
    }
}
