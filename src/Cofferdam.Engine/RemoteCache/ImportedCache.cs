namespace Cofferdam.Engine;

/// <summary>A cache that a build has imported: its records, and the way to its layers.</summary>
internal sealed class ImportedCache(IDisposable records, IDisposable storage) : IDisposable
{
    public void Dispose()
    {
        records.Dispose();
        storage.Dispose();
    }
}
