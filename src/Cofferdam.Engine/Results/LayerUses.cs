using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Counts uses of layers in memory: nothing is in use when a daemon starts.</summary>
public sealed class LayerUses : ILayerUses
{
    private readonly Lock _lock = new(); // guards what follows
    private readonly Dictionary<LayerId, int> _uses = [];
    private readonly HashSet<LayerId> _beingRemoved = [];
    private HashSet<LayerId> _usedSince = [];

    /// <inheritdoc/>
    public void Add(Snapshot snapshot)
    {
        lock (_lock)
        {
            foreach (var layer in snapshot.Layers)
            {
                _uses[layer] = _uses.GetValueOrDefault(layer) + 1;
                _usedSince.Add(layer);
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

    /// <inheritdoc/>
    public bool IsBeingRemoved(Snapshot snapshot)
    {
        lock (_lock)
        {
            return _beingRemoved.Count > 0 && snapshot.Layers.Any(_beingRemoved.Contains);
        }
    }

    /// <summary>Begins the removal of a layer, which <see cref="EndRemoval"/> ends; false when something uses it.</summary>
    public bool TryBeginRemoval(LayerId layer)
    {
        lock (_lock)
        {
            return !_uses.ContainsKey(layer) && _beingRemoved.Add(layer);
        }
    }

    /// <summary>The layer is gone, or stays after all.</summary>
    public void EndRemoval(LayerId layer)
    {
        lock (_lock)
        {
            _beingRemoved.Remove(layer);
        }
    }

    /// <summary>The layers that were used since this was asked last.</summary>
    public IReadOnlyCollection<LayerId> TakeUsed()
    {
        lock (_lock)
        {
            var used = _usedSince;
            _usedSince = [];
            return used;
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
