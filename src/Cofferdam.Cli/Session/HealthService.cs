using Cofferdam.Protocol.Health;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Says that the client is there.</summary>
internal sealed class HealthService : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
}
