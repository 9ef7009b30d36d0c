namespace Cofferdam.Engine;

/// <summary>The service of GitHub Actions that keeps entries by key; an entry never changes.</summary>
internal interface IGitHubService
{
    /// <summary>The newest entry whose key begins so; null when there is none.</summary>
    Task<GitHubEntry?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Takes a key for an entry to be written; null when it is taken.</summary>
    Task<string?> ReserveAsync(string key, CancellationToken cancellationToken);

    /// <summary>Writes the entry whose key was taken. It is found afterwards.</summary>
    Task WriteAsync(string key, string reservation, BlobSlice[] parts, long size, CancellationToken cancellationToken);

    /// <summary>How large a part of an entry is that is sent at once.</summary>
    long PartSize { get; }
}
