namespace Cofferdam.Engine;

/// <summary>What the daemon keeps on disk. Thread-safe.</summary>
public interface IDiskUsage
{
    /// <summary>Everything that is kept.</summary>
    IAsyncEnumerable<DiskRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes what the options allow and yields each record when it is gone. Nothing in use is removed.</summary>
    IAsyncEnumerable<DiskRecord> PruneAsync(PruneOptions options, CancellationToken cancellationToken);

    /// <summary>Waits until what was removed has left the disk.</summary>
    Task SettleAsync(CancellationToken cancellationToken);
}
