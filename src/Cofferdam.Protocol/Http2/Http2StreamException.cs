namespace Cofferdam.Protocol.Http2;

/// <summary>One stream is over before its end.</summary>
internal sealed class Http2StreamException(Http2ErrorCode code, string message) : IOException(message)
{
    public Http2ErrorCode Code { get; } = code;
}
