namespace Cofferdam.Engine;

/// <summary>How much the cache may take; what is 0 is no limit.</summary>
/// <param name="Reserved">What is always left to it.</param>
/// <param name="MaxUsed">Above which it is cut.</param>
/// <param name="MinFree">What is to be free of the disk.</param>
public readonly record struct CollectionLimits(DiskShare Reserved, DiskShare MaxUsed, DiskShare MinFree)
{
    private const long Gigabyte = 1_000_000_000;

    /// <summary>Whether nothing is limited.</summary>
    public bool IsUnset => this == default;

    /// <summary>BuildKit's caps for a disk of a size in bytes (cmd/buildkitd/config/gcpolicy_unix.go).</summary>
    public static CollectionLimits Defaults(long diskBytes) => new(
        Reserved: new DiskShare(Math.Min(diskBytes / 10, 10 * Gigabyte)),
        MaxUsed: new DiskShare(Math.Min(diskBytes / 10 * 8, 100 * Gigabyte)),
        MinFree: new DiskShare(0, 20));
}
