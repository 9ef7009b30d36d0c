namespace Cofferdam.Engine;

/// <summary>So much of a disk: bytes, or a part of all it has (BuildKit's config.DiskSpace).</summary>
/// <param name="Bytes">How many; where it is 0 the part counts.</param>
/// <param name="Percentage">The part in hundredths.</param>
public readonly record struct DiskShare(long Bytes, long Percentage = 0)
{
    /// <summary>The bytes of a disk of a size in bytes.</summary>
    public long Of(long diskBytes) => Bytes != 0 ? Bytes : diskBytes / 100 * Percentage;
}
