using System.Collections.Concurrent;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Daemon;

// Containers, by the names that the frontend gives them.
internal sealed partial class BuildBridge
{
    private readonly ConcurrentDictionary<string, IGatewayContainer> _containers = new(StringComparer.Ordinal);

    public override Task<NewContainerResponse> NewContainer(NewContainerRequest request, ServerCallContext context) => OfBuildAsync(CreateAsync(request, context.CancellationToken));

    public override async Task<ReleaseContainerResponse> ReleaseContainer(ReleaseContainerRequest request, ServerCallContext context)
    {
        if (!_containers.TryRemove(request.ContainerID, out var container))
        {
            throw Unknown(request.ContainerID);
        }

        await container.DisposeAsync();
        return new ReleaseContainerResponse();
    }

    public override async Task ExecProcess(IAsyncStreamReader<ExecMessage> requestStream, IServerStreamWriter<ExecMessage> responseStream, ServerCallContext context)
    {
        await using var processes = new ProcessStream(responseStream, Find, context.CancellationToken);
        await processes.RunAsync(requestStream);
    }

    public override async Task<ReadFileResponse> ReadFileContainer(ReadFileRequest request, ServerCallContext context)
    {
        var data = await Find(request.Ref).ReadFileAsync(request.MountIndex, request.FilePath, request.Range?.Offset ?? 0, request.Range?.Length ?? 0, context.CancellationToken);
        return new ReadFileResponse { Data = UnsafeByteOperations.UnsafeWrap(data) };
    }

    public override Task<ReadDirResponse> ReadDirContainer(ReadDirRequest request, ServerCallContext context)
    {
        var response = new ReadDirResponse();
        response.Entries.AddRange(Find(request.Ref).ReadDirectory(request.MountIndex, request.DirPath, request.IncludePattern));
        return Task.FromResult(response);
    }

    public override Task<StatFileResponse> StatFileContainer(StatFileRequest request, ServerCallContext context) =>
        Task.FromResult(new StatFileResponse { Stat = Find(request.Ref).StatFile(request.MountIndex, request.Path) });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var name in _containers.Keys)
        {
            if (_containers.TryRemove(name, out var container))
            {
                await container.DisposeAsync();
            }
        }
    }

    private async Task<NewContainerResponse> CreateAsync(NewContainerRequest request, CancellationToken cancellationToken)
    {
        var container = await build.CreateContainerAsync(request, cancellationToken);
        if (_containers.TryAdd(request.ContainerID, container))
        {
            return new NewContainerResponse();
        }

        await container.DisposeAsync();
        throw new ConflictException($"container {request.ContainerID} already exists");
    }

    private IGatewayContainer Find(string id) => _containers.GetValueOrDefault(id) ?? throw Unknown(id);

    private static NotFoundException Unknown(string id) => new($"container {Quote.Text(id)} previously released or not created");
}
