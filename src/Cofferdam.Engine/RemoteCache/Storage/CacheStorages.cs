namespace Cofferdam.Engine;

/// <summary>The services that builds under way have imported caches from: layers that lie there can be fetched while such a build lasts. Thread-safe.</summary>
internal sealed class CacheStorages
{
    private readonly Lock _lock = new(); // guards _open
    private readonly Dictionary<string, List<ICacheStorage>> _open = new(StringComparer.Ordinal);

    /// <summary>Whether an origin of a layer is such a service, and not a repository.</summary>
    public static bool IsOrigin(string origin) => origin.StartsWith(S3CacheStorage.Scheme, StringComparison.Ordinal) || origin.StartsWith(GitHubCacheStorage.Scheme, StringComparison.Ordinal);

    /// <summary>Makes a service one that layers are fetched from, until what is returned is disposed.</summary>
    public IDisposable Open(ICacheStorage storage)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(storage.Origin, out var known))
            {
                _open[storage.Origin] = known = [];
            }

            known.Add(storage);
        }

        return new Opened(this, storage);
    }

    /// <summary>Whether a build under way knows how to ask the service.</summary>
    public bool IsOpen(string origin)
    {
        lock (_lock)
        {
            return _open.ContainsKey(origin);
        }
    }

    /// <summary>The ways to ask a service, the newest first; none when no build under way has one.</summary>
    public IReadOnlyList<ICacheStorage> Find(string origin)
    {
        lock (_lock)
        {
            return _open.TryGetValue(origin, out var known) ? [.. known.AsEnumerable().Reverse()] : [];
        }
    }

    private void Close(ICacheStorage storage)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(storage.Origin, out var known) && known.Remove(storage) && known.Count == 0)
            {
                _open.Remove(storage.Origin);
            }
        }
    }

    private sealed class Opened(CacheStorages storages, ICacheStorage storage) : IDisposable
    {
        public void Dispose() => storages.Close(storage);
    }
}
