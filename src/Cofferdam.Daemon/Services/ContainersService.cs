using Cofferdam.Engine;
using Cofferdam.Protocol.Images;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>Runs containers for <c>coffer run</c>.</summary>
internal sealed class ContainersService(ContainerRunner runner) : Containers.ContainersBase
{
    public override async Task Run(IAsyncStreamReader<RunRequest> requestStream, IServerStreamWriter<RunResponse> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.Start is not { } start)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the first message is to say what is run"));
        }

        await using var relay = new ContainerRelay(requestStream, responseStream, start.Interactive, context.CancellationToken);
        var exitCode = await runner.RunAsync(start, relay, relay, () => relay.SendAsync(new RunResponse { Started = true }), context.CancellationToken);
        await relay.SendAsync(new RunResponse { Exit = exitCode });
    }
}
