namespace Cofferdam.Storage;

/// <summary>How a layer's tar is compressed.</summary>
public enum Compression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>With gzip.</summary>
    Gzip,

    /// <summary>With zstd.</summary>
    Zstd,
}
