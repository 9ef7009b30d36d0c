using System.Collections.Immutable;
using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Storage;

/// <summary>Mounts each file system once however many use it, and keeps it for a while after the last.</summary>
internal sealed class SharedMounts : IAsyncDisposable
{
    private readonly string _root;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _keep;
    private readonly ITimer _timer;
    private readonly Lock _lock = new(); // guards everything below and the entries
    private readonly Dictionary<Snapshot, Entry> _entries = [];
    private long _last;

    public SharedMounts(string root, TimeProvider timeProvider, TimeSpan keep)
    {
        (_root, _timeProvider, _keep) = (root, timeProvider, keep);
        _timer = timeProvider.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Counts a use and returns where the file system is mounted.</summary>
    public string Acquire(Snapshot snapshot, string[] directories)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(snapshot, out var entry))
            {
                entry = new Entry(Mount(directories));
                _entries.Add(snapshot, entry);
            }

            entry.Count++;
            return entry.Path;
        }
    }

    public void Release(Snapshot snapshot)
    {
        lock (_lock)
        {
            var entry = _entries[snapshot];
            if (--entry.Count == 0)
            {
                entry.IdleSince = _timeProvider.GetTimestamp();
                _timer.Change(_keep, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Unmounts what holds a layer and is not in use.</summary>
    public void Evict(LayerId layer) => Unmount(snapshot => snapshot.Layers.Contains(layer), TimeSpan.Zero);

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        lock (_lock)
        {
            foreach (var entry in _entries.Values)
            {
                Unmount(entry);
            }

            _entries.Clear();
        }
    }

    private string Mount(string[] directories)
    {
        var path = Path.Combine(_root, (++_last).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(path);
        if (directories.Length > 0)
        {
            try
            {
                OverlayMounting.Mount(new OverlayMount { LowerDirectories = ImmutableArray.Create(directories) }, path);
            }
            catch
            {
                Directory.Delete(path);
                throw;
            }
        }

        return path;
    }

    private void Sweep() => Unmount(_ => true, _keep);

    private void Unmount(Func<Snapshot, bool> which, TimeSpan idleFor)
    {
        lock (_lock)
        {
            var waiting = false;
            foreach (var (snapshot, entry) in _entries.Where(pair => pair.Value.Count == 0 && which(pair.Key)).ToList())
            {
                if (_timeProvider.GetElapsedTime(entry.IdleSince) >= idleFor)
                {
                    _entries.Remove(snapshot);
                    Unmount(entry);
                }
                else
                {
                    waiting = true;
                }
            }

            if (waiting)
            {
                _timer.Change(_keep, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static void Unmount(Entry entry)
    {
        // A mount that cannot be undone now is undone by the next start.
        if (!Mounts.TryUnmount(entry.Path))
        {
            return;
        }

        try
        {
            Directory.Delete(entry.Path);
        }
        catch (IOException)
        {
            // An empty directory more; the next start removes it.
        }
    }

    private sealed class Entry(string path)
    {
        public string Path { get; } = path;

        public int Count { get; set; }

        public long IdleSince { get; set; }
    }
}
