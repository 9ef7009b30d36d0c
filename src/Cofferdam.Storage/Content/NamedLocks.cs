namespace Cofferdam.Storage;

/// <summary>A lock for each name, there only while someone holds it or waits for it.</summary>
internal sealed class NamedLocks
{
    private readonly Lock _lock = new(); // guards _entries and their counts
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Waits for the name's lock; disposing what is returned gives it up.</summary>
    public async ValueTask<IDisposable> AcquireAsync(string name, CancellationToken cancellationToken)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(name, out entry))
            {
                _entries.Add(name, entry = new Entry(this, name));
            }

            entry.Count++;
        }

        try
        {
            await entry.Turn.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(entry);
            throw;
        }

        return new Held(entry);
    }

    private void Leave(Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Count == 0)
            {
                _entries.Remove(entry.Name);
                entry.Turn.Dispose();
            }
        }
    }

    private sealed class Entry(NamedLocks owner, string name)
    {
        public NamedLocks Owner { get; } = owner;

        public string Name { get; } = name;

        public SemaphoreSlim Turn { get; } = new(1);

        public int Count { get; set; }
    }

    private sealed class Held(Entry entry) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                entry.Turn.Release();
                entry.Owner.Leave(entry);
            }
        }
    }
}
