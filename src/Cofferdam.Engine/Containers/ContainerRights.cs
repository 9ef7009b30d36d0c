using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What a container of a build may do, and what becomes of the secrets that it is given.</summary>
internal sealed class ContainerRights(BuildJob job, SealGate gate, GivenSecrets given)
{
    /// <summary>Throws where the build was not granted what a container wants.</summary>
    public void Check(NewContainerRequest request) => Require(request.Network == NetMode.Host, "network.host");

    /// <summary>Throws where the build was not granted what a process wants.</summary>
    public void Check(SecurityMode security) => Require(security == SecurityMode.Insecure, "security.insecure");

    /// <summary>The build's results must not hold these secrets.</summary>
    public void Learn(IEnumerable<string> ids) => given.Add(ids);

    /// <summary>Takes secrets out of the caches that the container wrote.</summary>
    public async Task CleanAsync(ExecMounts mounts)
    {
        var context = new OperationContext(Digest.Of("container"), UnseenProgress.Instance, [job], IgnoreCache: false);
        using var seal = StepSeal.Open(gate, job.Seal, context, mounts.Secrets);
        if (seal is not null)
        {
            await seal.CleanAsync(mounts.CacheTrees, isLeak: true);
        }
    }

    private void Require(bool isWanted, string entitlement)
    {
        if (isWanted && !job.Entitlements.Contains(entitlement))
        {
            throw new CofferdamException(ErrorCode.EntitlementMissing, $"{entitlement} is not allowed") { Hint = $"grant it with --allow {entitlement}" };
        }
    }
}
