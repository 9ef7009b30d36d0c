using System.Collections.Immutable;
using Cofferdam.Executor;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Runs a process over file systems (LLB ExecOp).</summary>
internal sealed class ExecOperation(Op op, OpMetadata? metadata, SealPolicy policy, ExecServices services) : IOperation, IDescribedOperation
{
    private readonly ExecOp _exec = op.Exec;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> Parts => ExecParts.Of(_exec);

    private string WorkingDirectory => _exec.Meta.Cwd.Length == 0 ? "/" : _exec.Meta.Cwd;

    /// <summary>Whether an operation runs a process that is given secrets.</summary>
    public static bool IsGivenSecrets(Op op) => op.OpCase == Op.OpOneofCase.Exec && (op.Exec.Secretenv.Count > 0 || op.Exec.Mounts.Any(mount => mount.MountType == MountType.Secret));

    /// <summary>The ids of the secrets that the process of an operation is given.</summary>
    public static IEnumerable<string> SecretsOf(Op op) => op.OpCase == Op.OpOneofCase.Exec
        ? op.Exec.Secretenv.Select(secret => secret.ID).Concat(op.Exec.Mounts.Where(mount => mount.MountType == MountType.Secret).Select(mount => mount.SecretOpt?.ID ?? string.Empty))
        : [];

    /// <inheritdoc/>
    public IEnumerable<string> Secrets => SecretsOf(op);

    /// <inheritdoc/>
    public bool HasKeyAtHand => !IsGivenSecrets(op); // a value may be asked for

    /// <inheritdoc/>
    public async ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var digest = OperationDigests.Of(_exec, op.Platform);
        var isLocal = false;
        if (IsGivenSecrets(op))
        {
            digest = policy.Distinction is { } distinction ? Digest.Of($"{digest}\n{distinction}") : digest;
            if (FindJob(context) is { } job && job.Caching.Of(Secrets).ToList() is { Count: > 0 } choices)
            {
                digest = Digest.Of($"{digest}\n{await job.SecretKeys.DescribeAsync(choices, job, services.SecretHashes, cancellationToken)}");
                isLocal = choices.Exists(choice => job.Caching.IsByValue(choice.Key));
            }
        }

        return OperationKey.Of(digest) with { Inputs = [.. Enumerable.Range(0, op.Inputs.Count).Select(i => KeyOf(i, context))], IsExportable = !isLocal };
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

        if (FindJob(context) is { } job)
        {
            await job.SecretKeys.CheckAsync(mounts.Secrets, job.Caching, services.SecretHashes, cancellationToken);
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

    // Builds that share the step have chosen the same for its secrets, and one that goes by values shares it with none.
    private static BuildJob? FindJob(OperationContext context) => context.Jobs.OfType<BuildJob>().FirstOrDefault();

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
            throw new ExecFailedException(_exec.Meta.Args, exitCode) { Hint = ForeignProgram.Explain(op.Platform, exitCode) };
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

    // As BuildKit (solver/llbsolver/ops/exec.go): an input is read by content where what is made of it can't hold more of it than what was read.
    private InputKey KeyOf(int input, OperationContext context)
    {
        var mounts = _exec.Mounts.Where(mount => mount.Input == input && (mount.MountType is MountType.Bind or MountType.Cache)).ToList();
        if (mounts.Count == 0)
        {
            return InputKey.Whole;
        }

        var paths = mounts.ConvertAll(mount => "/" + SourceTree.Clean(mount.Selector));
        var selector = Digest.Of(string.Join('\0', paths));
        if (!IsReadByContent(mounts[^1], paths[^1]))
        {
            return new InputKey(selector);
        }

        var selectors = paths.Contains("/") ? [new FileSelector("/", false, false)] : FileSelector.Dedupe(paths.ConvertAll(path => new FileSelector(path, false, true)));
        return new InputKey(selector, async (result, cancellationToken) =>
        {
            var snapshot = ((SnapshotResult)result).Snapshot;
            await services.Layers.EnsureAsync(snapshot, context.Jobs, context.Progress, cancellationToken);
            return await services.Hash.ComputeAsync(snapshot, selectors, cancellationToken);
        });
    }

    private static bool IsReadByContent(Mount mount, string path) =>
        (mount.Output < 0 || mount.Readonly || path == "/") && mount.ContentCache != MountContentCache.Off && (mount.ContentCache == MountContentCache.On || mount.Dest != "/");

    private ProcessSpec Specify(ExecMounts mounts)
    {
        var meta = _exec.Meta;
        var devices = services.Devices.Edit(services.Devices.Find(_exec.CdiDevices));
        return new ProcessSpec
        {
            Id = "b" + Guid.NewGuid().ToString("N")[..16],
            RootPath = mounts.RootPath,
            IsRootReadOnly = mounts.IsRootReadOnly,
            Arguments = [.. meta.Args],
            Environment = [.. meta.Env, .. ProxyVariables(meta.ProxyEnv), .. mounts.Environment(meta.Env), .. devices.Environment],
            SecretEnvironment = mounts.SecretVariables,
            WorkingDirectory = WorkingDirectory,
            User = meta.User,
            Mounts = [.. mounts.StepMounts, .. devices.Mounts],
            Devices = [.. devices.Nodes],
            Hooks = [.. devices.Hooks],
            Groups = [.. devices.Groups],
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
