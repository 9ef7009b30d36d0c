using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

// Containers that frontends and clients ask for.
internal sealed partial class Build
{
    private const int NoOutput = -1;

    private readonly ConcurrentBag<GatewayContainer> _containers = [];

    /// <inheritdoc/>
    public async Task<IGatewayContainer> CreateContainerAsync(NewContainerRequest request, CancellationToken cancellationToken)
    {
        var exec = _services.Frontends.Exec;
        var rights = new ContainerRights(_job, exec.Seal, _given);
        rights.Check(request);
        var inputs = new List<IResult>();
        var mounted = ImmutableArray.CreateBuilder<Mount>();
        foreach (var wanted in request.Mounts)
        {
            var mount = wanted.Clone();
            mount.Input = -1;
            mount.Output = NoOutput;
            if (mount.ResultID.Length > 0)
            {
                mount.Input = inputs.Count;
                inputs.Add(await Find(mount.ResultID).EvaluateAsync(cancellationToken)); // Stays the reference's, which lives as long as the build.
            }

            mounted.Add(mount);
        }

        var context = new OperationContext(Digest.Of("container " + request.ContainerID), UnseenProgress.Instance, [_job], IgnoreCache: false);
        var mounts = new ExecMounts(exec, context, "/", inputs);
        try
        {
            foreach (var mount in mounted)
            {
                await mounts.AddAsync(mount, cancellationToken);
            }

            if (!mounted.Any(mount => mount.Dest == "/"))
            {
                throw new InvalidInputException("a container needs a mount at \"/\"");
            }

            rights.Learn(mounted.Where(mount => mount.MountType == MountType.Secret).Select(mount => mount.SecretOpt?.ID ?? string.Empty));
            var container = new GatewayContainer(request, mounted.ToImmutable(), mounts, rights, _services.Frontends.Executor);
            _containers.Add(container);
            return container;
        }
        catch
        {
            await mounts.DisposeAsync();
            throw;
        }
    }

    private async Task DisposeContainersAsync()
    {
        foreach (var container in _containers)
        {
            await container.DisposeAsync();
        }
    }
}
