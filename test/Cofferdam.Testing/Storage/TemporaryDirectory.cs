namespace Cofferdam.Testing;

/// <summary>A directory that goes with the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coffer-test-").FullName;

    /// <summary>A path in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        // A mount below it would be walked into.
        Cofferdam.Linux.Mounts.DetachBelow(Path);
        Directory.Delete(Path, recursive: true);
    }
}
