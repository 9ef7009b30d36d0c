using System.Collections.Immutable;
using Cofferdam.Executor;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Google.Protobuf;
using Platform = Cofferdam.Protocol.Llb.Platform;

namespace Cofferdam.Engine;

/// <summary>Runs a process over file systems (LLB ExecOp).</summary>
internal sealed class ExecOperation(Op op, OpMetadata? metadata, SealPolicy policy, ExecServices services) : IOperation
{
    private readonly ExecOp _exec = op.Exec;

    private string WorkingDirectory => _exec.Meta.Cwd.Length == 0 ? "/" : _exec.Meta.Cwd;

    /// <summary>Whether an operation runs a process that is given secrets.</summary>
    public static bool IsGivenSecrets(Op op) => op.OpCase == Op.OpOneofCase.Exec && (op.Exec.Secretenv.Count > 0 || op.Exec.Mounts.Any(mount => mount.MountType == MountType.Secret));

    /// <inheritdoc/>
    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        // What does not change the result is no part of the key: addresses of hosts, proxies, names of caches. What is selected is part of the inputs'.
        var key = _exec.Clone();
        key.Meta.ProxyEnv = null;
        foreach (var host in key.Meta.ExtraHosts)
        {
            host.IP = string.Empty;
        }

        foreach (var mount in key.Mounts)
        {
            mount.Selector = string.Empty;
            if (mount.CacheOpt is { } cache)
            {
                cache.ID = string.Empty;
                cache.Sharing = CacheSharingOpt.Shared;
            }
        }

        var platform = op.Platform ?? new Platform();
        var digest = Digest.Of($"cofferdam.exec.v0\n{platform.OS}/{platform.Architecture}/{platform.Variant}\n{Convert.ToHexString(key.ToByteArray())}{(IsGivenSecrets(op) && policy.Distinction is { } distinction ? "\n" + distinction : string.Empty)}");
        return ValueTask.FromResult(OperationKey.Of(digest) with { Inputs = [.. Enumerable.Range(0, op.Inputs.Count).Select(i => KeyOf(i, context))] });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        await using var mounts = new ExecMounts(services, context, WorkingDirectory, inputs);
        foreach (var mount in _exec.Mounts)
        {
            await mounts.AddAsync(mount, cancellationToken);
        }

        foreach (var secret in _exec.Secretenv)
        {
            await mounts.AddAsync(secret, cancellationToken);
        }

        using var seal = StepSeal.Open(services.Seal, policy, context, mounts.Secrets);
        try
        {
            await ExecuteAsync(mounts, new ExecLog(context.Progress), seal, cancellationToken);
            if (seal is not null)
            {
                await seal.CheckAsync(mounts.WrittenTrees, cancellationToken);
            }
        }
        catch (Exception error) when (seal is not null)
        {
            await seal.CleanAsync(mounts.CacheTrees, isLeak: error is SecretLeakException);
            throw;
        }

        var results = await mounts.CommitAsync(cancellationToken);
        seal?.Remember(mounts.LayersOf(results));
        return results;
    }

    private async Task ExecuteAsync(ExecMounts mounts, ExecLog log, StepSeal? seal, CancellationToken cancellationToken)
    {
        using var masked = seal?.Mask(log);
        int exitCode;
        try
        {
            exitCode = await services.Executor.RunAsync(Specify(mounts), masked is null ? log : masked, cancellationToken);
        }
        finally
        {
            masked?.Complete();
            log.Flush();
        }

        if (exitCode != 0 && !_exec.Meta.ValidExitCodes.Contains(exitCode))
        {
            throw new ExecFailedException(_exec.Meta.Args, exitCode);
        }
    }

    private static ImmutableArray<string> ProxyVariables(ProxyEnv? proxy)
    {
        var variables = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, value) in new[] { ("HTTP_PROXY", proxy?.HttpProxy), ("HTTPS_PROXY", proxy?.HttpsProxy), ("FTP_PROXY", proxy?.FtpProxy), ("NO_PROXY", proxy?.NoProxy), ("ALL_PROXY", proxy?.AllProxy) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                variables.Add($"{name}={value}");
                variables.Add($"{name.ToLowerInvariant()}={value}");
            }
        }

        return variables.ToImmutable();
    }

    private InputKey KeyOf(int input, OperationContext context)
    {
        var mounts = _exec.Mounts.Where(mount => mount.Input == input).ToList();
        var selectors = mounts.Select(mount => new FileSelector(mount.Selector.Length == 0 ? "/" : mount.Selector, false, true)).DistinctBy(selector => selector.Text).ToList();
        Digest? selector = selectors.TrueForAll(each => each.Path == "/") ? null : Digest.Of(string.Join('\0', selectors.Select(each => each.Text)));

        // Only what cannot be written is read by content (BuildKit solver/llbsolver/ops/exec.go).
        var isContent = mounts.Count > 0 && mounts.TrueForAll(mount => mount is { MountType: MountType.Bind, Readonly: true, Output: < 0, ContentCache: not MountContentCache.Off } && mount.Dest != "/");
        return new InputKey(selector, !isContent ? null : async (result, cancellationToken) =>
        {
            var snapshot = ((SnapshotResult)result).Snapshot;
            await services.Layers.EnsureAsync(snapshot, context.Jobs, context.Progress, cancellationToken);
            return await services.Hash.ComputeAsync(snapshot, selectors, cancellationToken);
        });
    }

    private ProcessSpec Specify(ExecMounts mounts)
    {
        var meta = _exec.Meta;
        return new ProcessSpec
        {
            Id = "b" + Guid.NewGuid().ToString("N")[..16],
            RootPath = mounts.RootPath,
            IsRootReadOnly = mounts.IsRootReadOnly,
            Arguments = [.. meta.Args],
            Environment = [.. meta.Env, .. ProxyVariables(meta.ProxyEnv), .. mounts.Environment(meta.Env)],
            SecretEnvironment = mounts.SecretVariables,
            WorkingDirectory = WorkingDirectory,
            User = meta.User,
            Mounts = mounts.StepMounts,
            KeepsMountPointParents = !meta.RemoveMountStubsRecursive,
            Network = _exec.Network switch { NetMode.Host => NetworkMode.Host, NetMode.None => NetworkMode.None, _ => NetworkMode.Default },
            IsPrivileged = _exec.Security == SecurityMode.Insecure,
            HostName = meta.Hostname.Length == 0 ? "buildkitsandbox" : meta.Hostname,
            ExtraHosts = [.. meta.ExtraHosts.Select(host => (host.Host, host.IP))],
            Ulimits = [.. meta.Ulimit.Select(limit => (limit.Name, limit.Soft, limit.Hard))],
            CgroupParent = meta.CgroupParent,
            Resources = metadata?.LinuxResources is { } resources ? LimitsOf(resources) : null,
        };
    }

    private static ResourceLimits LimitsOf(LinuxResources resources) => new()
    {
        Memory = resources.Memory,
        MemorySwap = resources.MemorySwap,
        CpuShares = resources.CpuShares,
        CpuPeriod = resources.CpuPeriod,
        CpuQuota = resources.CpuQuota,
        CpusetCpus = resources.CpusetCpus,
        CpusetMems = resources.CpusetMems,
    };
}
