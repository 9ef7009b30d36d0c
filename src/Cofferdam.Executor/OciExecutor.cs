using System.Text;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>Runs processes in containers of crun or runc. Thread-safe.</summary>
public sealed partial class OciExecutor : IExecutor
{
    private static readonly bool s_hasCgroupNamespace = File.Exists("/sys/fs/cgroup/cgroup.controllers") && File.Exists("/proc/self/ns/cgroup");

    private readonly OciExecutorOptions _options;
    private readonly OciRuntime _runtime;
    private readonly TimeProvider _clock;
    private readonly NameFiles _names;

    private OciExecutor(OciExecutorOptions options, OciRuntime runtime, TimeProvider clock)
    {
        (_options, _runtime, _clock) = (options, runtime, clock);
        _names = new NameFiles(Path.Combine(options.Directory, "names"), options.ResolverFile);
    }

    /// <inheritdoc/>
    public string Name => _runtime.Name;

    private string StepsDirectory => Path.Combine(_options.Directory, "steps");

    /// <summary>Finds a runtime; throws with a hint when there is none that can be used.</summary>
    public static async Task<OciExecutor> CreateAsync(OciExecutorOptions options, TimeProvider clock, CancellationToken cancellationToken) =>
        new(options, await OciRuntime.FindAsync(options.Runtime, cancellationToken), clock);

    /// <summary>Ends what a daemon that was killed has left: processes, mounts, files. To be called once, before anything runs and before the directory is emptied.</summary>
    public Task RecoverAsync(CancellationToken cancellationToken) => new LeftContainers(_runtime, StepsDirectory, _clock).RemoveAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<int> RunAsync(ProcessSpec spec, IProcessIo io, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (spec.Arguments.IsDefaultOrEmpty)
        {
            throw new InvalidInputException("a process needs a command");
        }

        var hasSecrets = spec.SecretEnvironment.Length > 0 || spec.Mounts.Any(mount => mount is StepMount.Secret);
        using var step = StepDirectory.Create(StepsDirectory, spec.Id, hasSecrets);
        using var root = RootedDirectory.Open(spec.RootPath);
        var user = UserResolver.Resolve(root, spec.User);
        WorkingDirectories.Ensure(root, spec, user);

        var points = new MountPoints(root);
        try
        {
            await using var mounts = new StepMounts(step, points, spec.KeepsMountPointParents);
            return await RunAsync(spec, io, step, user, mounts, cancellationToken);
        }
        finally
        {
            points.Remove();
        }
    }

    private async Task<int> RunAsync(ProcessSpec spec, IProcessIo io, StepDirectory step, ResolvedUser user, StepMounts mounts, CancellationToken cancellationToken)
    {
        var mode = spec.Network == NetworkMode.Default ? _options.DefaultNetwork : spec.Network;
        var cni = mode == NetworkMode.Default ? CniNetwork.Find(_options.CniConfigurationPath, _options.CniProgramDirectory) : null;
        var isHostNetwork = mode == NetworkMode.Host || (mode == NetworkMode.Default && cni is null);
        AddMounts(spec, mounts, isHostNetwork);
        if (cni is not null)
        {
            await cni.AddAsync(spec.Id, step.NetworkNamespace, cancellationToken);
        }

        try
        {
            var builder = new SpecBuilder
            {
                Spec = spec,
                User = user,
                Mounts = mounts.Entries,
                NetworkNamespace = isHostNetwork ? null : cni is null ? string.Empty : step.NetworkNamespace,
                HasSeccomp = _runtime.HasSeccomp,
                TakesCompiledSeccomp = _runtime.Name == "crun",
                HasCgroupNamespace = s_hasCgroupNamespace,
            };
            WriteConfiguration(step, builder.Build());
            var filter = new RuntimeErrorFilter(io);
            using var process = new ContainerProcess(_runtime, step, spec, filter, null, _clock);
            var code = await RunKnownAsync(process, step, spec, cancellationToken);
            return code == 0 ? 0 : await ExplainAsync(RuntimeLog.FindError(step.LogFile) ?? filter.Error, spec, io, code, cancellationToken);
        }
        finally
        {
            if (cni is not null)
            {
                await cni.RemoveAsync(spec.Id, step.NetworkNamespace);
            }

            await EndAsync(step, spec);
        }
    }

    private void AddMounts(ProcessSpec spec, StepMounts mounts, bool isHostNetwork)
    {
        // A mount asked for takes the place of a usual one, for example a larger /dev/shm.
        var own = spec.Mounts.Select(mount => "/" + MountPoints.Normalize(mount.Target)).ToHashSet();
        foreach (var entry in StandardMounts.Create(spec.IsPrivileged).Where(entry => !own.Contains(entry.Destination)))
        {
            mounts.AddStandard(entry);
        }

        if (!own.Contains("/etc/resolv.conf"))
        {
            mounts.AddFile("/etc/resolv.conf", _names.GetResolver(isHostNetwork));
        }

        if (!own.Contains("/etc/hosts"))
        {
            mounts.AddFile("/etc/hosts", _names.GetHosts(spec));
        }

        foreach (var mount in spec.Mounts)
        {
            mounts.Add(mount);
        }
    }

    private static void WriteConfiguration(StepDirectory step, RuntimeSpec spec)
    {
        using var configuration = RuntimeSpecJson.Write(spec);
        using var file = File.OpenHandle(Path.Combine(step.Bundle, "config.json"), FileMode.CreateNew, FileAccess.Write);
        RandomAccess.Write(file, configuration.Written, 0);
    }

    /// <summary>Tells a runtime's failure from a process's: a program that cannot be executed gets a shell's exit code and a line in the log, anything else is an error of ours.</summary>
    private static async Task<int> ExplainAsync(string? error, ProcessSpec spec, IProcessIo io, int code, CancellationToken cancellationToken)
    {
        if (error is null)
        {
            return code;
        }

        if (RuntimeLog.ExitCodeOf(error) is not { } known)
        {
            throw new CofferdamException(ErrorCode.System, $"starting {Quote.Text(spec.Arguments[0])} in a container: {error}");
        }

        // The runtimes write it to standard error as well; crun leaves out which program it is, and with a terminal nobody reads them.
        if (spec.Terminal is not null || !error.Contains(spec.Arguments[0], StringComparison.Ordinal))
        {
            await io.WriteAsync(spec.Terminal is null ? 2 : 1, Encoding.UTF8.GetBytes($"exec: {Quote.Text(spec.Arguments[0])}: {error.ToLowerInvariant()}\n"), cancellationToken);
        }

        return known;
    }

    // The runtime has removed its state where it came to its own end.
    private async Task EndAsync(StepDirectory step, ProcessSpec spec)
    {
        if (Directory.Exists(Path.Combine(step.State, spec.Id)))
        {
            await LeftContainers.DeleteAsync(_runtime, step.State, spec.Id);
        }
    }
}
