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

        // The platform's own removal does not find names that are not UTF-8.
        using (var root = Cofferdam.Linux.RootedDirectory.Open(Path))
        {
            root.RemoveChildren("");
        }

        Directory.Delete(Path);
    }
}
