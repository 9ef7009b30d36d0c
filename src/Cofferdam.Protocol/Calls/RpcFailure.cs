using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>What errors of the transport mean to a caller (gRPC over HTTP/2, "Errors").</summary>
internal static class RpcFailure
{
    public static Status ToStatus(Exception error) => error switch
    {
        RpcException rpc => rpc.Status,
        Http2StreamException { Code: Http2ErrorCode.Cancel } => new Status(StatusCode.Cancelled, "the call was cancelled by the peer", error),
        Http2StreamException { Code: Http2ErrorCode.RefusedStream } => new Status(StatusCode.Unavailable, error.Message, error),
        Http2StreamException { Code: Http2ErrorCode.EnhanceYourCalm } => new Status(StatusCode.ResourceExhausted, error.Message, error),
        Http2StreamException => new Status(StatusCode.Internal, error.Message, error),
        Http2ConnectionException => new Status(StatusCode.Unavailable, error.Message, error),
        OperationCanceledException => new Status(StatusCode.Cancelled, "the call was cancelled", error),
        _ => new Status(StatusCode.Internal, error.Message, error),
    };
}
