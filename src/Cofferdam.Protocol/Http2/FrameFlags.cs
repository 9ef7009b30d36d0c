namespace Cofferdam.Protocol.Http2;

/// <summary>Flags of frames; what a bit means depends on the type.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>DATA and HEADERS: the sender is done.</summary>
    EndStream = 1,

    /// <summary>SETTINGS and PING: the answer.</summary>
    Acknowledge = EndStream,

    /// <summary>HEADERS and CONTINUATION: the block ends here.</summary>
    EndHeaders = 4,

    /// <summary>DATA and HEADERS: padding follows.</summary>
    Padded = 8,

    /// <summary>HEADERS: five bytes of priority come first.</summary>
    Priority = 32,
}
