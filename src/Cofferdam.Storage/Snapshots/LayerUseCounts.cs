namespace Cofferdam.Storage;

/// <summary>Counts which layers are below an active layer or in a mounted file system.</summary>
internal sealed class LayerUseCounts
{
    private readonly Lock _lock = new(); // guards _counts
    private readonly Dictionary<LayerId, int> _counts = [];

    /// <summary>Counts a use of each layer, with the look-up that must succeed for it as one step.</summary>
    public T Add<T>(Snapshot snapshot, Func<Snapshot, T> lookUp)
    {
        lock (_lock)
        {
            var found = lookUp(snapshot);
            foreach (var layer in snapshot.Layers)
            {
                _counts[layer] = _counts.GetValueOrDefault(layer) + 1;
            }

            return found;
        }
    }

    public void Remove(Snapshot snapshot)
    {
        lock (_lock)
        {
            foreach (var layer in snapshot.Layers)
            {
                if (--_counts[layer] == 0)
                {
                    _counts.Remove(layer);
                }
            }
        }
    }

    /// <summary>Does something that needs a layer unused; false, and nothing is done, when it is in use.</summary>
    public bool RunUnlessUsed(LayerId layer, Action action)
    {
        lock (_lock)
        {
            if (_counts.ContainsKey(layer))
            {
                return false;
            }

            action();
            return true;
        }
    }
}
