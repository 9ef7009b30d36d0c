namespace Cofferdam.Storage;

/// <summary>A file system mounted read-only until disposed.</summary>
public interface IMountedSnapshot : IAsyncDisposable
{
    /// <summary>Its root.</summary>
    string RootPath { get; }
}
