using Cofferdam.Protocol.Trace;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>Takes clients' traces; there is no collector to pass them on to, which clients are told as BuildKit does.</summary>
internal sealed class TraceCollectorService : TraceService.TraceServiceBase
{
    public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.Unavailable, "trace collector not configured"));
}
