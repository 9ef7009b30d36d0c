namespace Cofferdam.Protocol.Http2;

/// <summary>What this side of a connection takes.</summary>
internal sealed record Http2Options
{
    public static Http2Options Default { get; } = new();

    /// <summary>Bytes of one frame: four times RFC 9113's least, so that large messages cost fewer frames.</summary>
    public int FrameBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes that may wait to be read on one stream; far above bandwidth times delay of a local network.</summary>
    public int StreamWindow { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes that may be under way on the connection.</summary>
    public int ConnectionWindow { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes that may wait to be read on all streams before the connection's window stops to be refilled.</summary>
    public int BufferedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Streams that the peer may have open. BuildKit's clients open one for each call; a build has tens.</summary>
    public int ConcurrentStreams { get; init; } = 1000;

    /// <summary>Bytes of a header list; DiffCopy sends its patterns as headers, Go's limit is the same.</summary>
    public int HeaderListBytes { get; init; } = 1024 * 1024;
}
