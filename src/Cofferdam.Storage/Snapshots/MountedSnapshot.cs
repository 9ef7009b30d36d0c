namespace Cofferdam.Storage;

/// <summary>A use of a mount, given up once.</summary>
internal sealed class MountedSnapshot(string rootPath, Action release) : IMountedSnapshot
{
    private Action? _release = release;

    /// <inheritdoc/>
    public string RootPath => rootPath;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _release, null)?.Invoke();
        return ValueTask.CompletedTask;
    }
}
