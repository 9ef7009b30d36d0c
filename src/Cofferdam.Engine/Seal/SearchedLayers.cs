using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Remembers, while the daemon runs, in which layers which values were searched and not found. Thread-safe.</summary>
internal sealed class SearchedLayers
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<LayerId, ImmutableHashSet<string>> _layers = new();

    /// <summary>Whether none of the values needs to be searched there again.</summary>
    public bool Knows(LayerId layer, ImmutableHashSet<string> values) => _layers.TryGetValue(layer, out var known) && values.IsSubsetOf(known);

    /// <summary>They were searched and are not there.</summary>
    public void Add(LayerId layer, ImmutableHashSet<string> values)
    {
        if (_layers.Count >= Most)
        {
            _layers.Clear();
        }

        _layers.AddOrUpdate(layer, values, (_, known) => known.Union(values));
    }
}
