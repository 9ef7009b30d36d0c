namespace Cofferdam.Secrets;

/// <summary>How far a search goes into archives. What is beyond is reported as not looked inside; the bytes as they are stay searched.</summary>
public sealed record NestedLimits
{
    /// <summary>Archives within archives. A layer's file in a wheel in a tar.gz takes three.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Bytes that all decoders together may give for one stream (a gigabyte of zeroes is a megabyte of gzip).</summary>
    public long InflatedBytes { get; init; } = 8L << 30;

    /// <summary>Files in all archives of one stream together.</summary>
    public int Entries { get; init; } = 1_000_000;
}
