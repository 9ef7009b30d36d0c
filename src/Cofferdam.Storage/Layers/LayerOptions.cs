namespace Cofferdam.Storage;

/// <summary>How a layer is made into a blob.</summary>
public sealed record LayerOptions
{
    /// <summary>How it is compressed; gzip by default, as BuildKit does.</summary>
    public Compression Compression { get; init; } = Compression.Gzip;

    /// <summary>The compression's level; null is the fastest that is not much larger.</summary>
    public int? Level { get; init; }

    /// <summary>Times later than this one are set to it (SOURCE_DATE_EPOCH with rewrite-timestamp); null leaves them.</summary>
    public DateTimeOffset? LatestTime { get; init; }

    /// <summary>Sees each piece of the uncompressed tar as it is made, for example to look for secrets in it; may be null.</summary>
    public ITarObserver? Observer { get; init; }
}
