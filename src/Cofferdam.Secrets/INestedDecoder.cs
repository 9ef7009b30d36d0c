namespace Cofferdam.Secrets;

/// <summary>Opens one compression that this project has no decoder for: zstd, xz, bzip2.</summary>
public interface INestedDecoder
{
    /// <summary>What the compression is called.</summary>
    string Name { get; }

    /// <summary>Whether the first bytes of a stream (up to 512) are of this compression.</summary>
    bool IsMatch(ReadOnlySpan<byte> head);

    /// <summary>The plain bytes, read asynchronously only. <paramref name="compressed"/> stays the caller's. Whatever the stream throws is taken for damage, unless reading <paramref name="compressed"/> threw it.</summary>
    Stream Open(Stream compressed);
}
