namespace Cofferdam.Protocol.Http2;

/// <summary>The connection is over, and with it all its streams.</summary>
internal sealed class Http2ConnectionException(Http2ErrorCode code, string message, Exception? innerException = null) : IOException(message, innerException)
{
    public Http2ErrorCode Code { get; } = code;
}
