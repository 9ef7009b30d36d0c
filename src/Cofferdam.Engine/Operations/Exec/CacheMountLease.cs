namespace Cofferdam.Engine;

/// <summary>A cache mount's directory while a step has it.</summary>
internal sealed class CacheMountLease(CacheMounts mounts, string name, string path) : IAsyncDisposable
{
    private int _disposed;

    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            mounts.Release(name);
        }

        return ValueTask.CompletedTask;
    }
}
