using System.Collections.Immutable;
using Cofferdam.Executor;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Protocol.Llb;
using TerminalSize = Cofferdam.Executor.TerminalSize;

namespace Cofferdam.Engine;

/// <summary>A container over mounts that were made for it.</summary>
internal sealed class GatewayContainer(NewContainerRequest request, ImmutableArray<Mount> mounted, ExecMounts mounts, ContainerRights rights, IExecutor executor) : IGatewayContainer
{
    private readonly string _id = "g" + Guid.NewGuid().ToString("N")[..16];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new(); // guards what follows
    private readonly HashSet<Task> _processes = [];
    private int _count;
    private Task? _disposal;

    /// <inheritdoc/>
    public void Check(InitMessage process)
    {
        rights.Check(process.Security);
        if (process.Meta is not { Args.Count: > 0 })
        {
            throw new InvalidInputException("a process needs a command");
        }
    }

    /// <inheritdoc/>
    public Task<int> RunAsync(InitMessage process, IProcessIo io, IProcessControl control, CancellationToken cancellationToken)
    {
        Check(process);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
            var running = RunAsync(_count++, process, io, control, cancellationToken);
            _processes.Add(running);
            return running;
        }
    }

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> ReadFileAsync(int mount, string path, long offset, long length, CancellationToken cancellationToken)
    {
        var (root, directory) = Place(mount);
        return TreeFiles.ReadAsync(root, directory + "/" + path, offset, length, cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Stat> ReadDirectory(int mount, string path, string includePattern)
    {
        var (root, directory) = Place(mount);
        return TreeFiles.List(root, directory + "/" + path, includePattern);
    }

    /// <inheritdoc/>
    public Stat StatFile(int mount, string path)
    {
        var (root, directory) = Place(mount);
        return TreeFiles.Stat(root, directory + "/" + path);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            return new ValueTask(_disposal ??= DisposeOnceAsync([.. _processes]));
        }
    }

    private async Task DisposeOnceAsync(Task[] processes)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(processes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await rights.CleanAsync(mounts);
        await mounts.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<int> RunAsync(int number, InitMessage process, IProcessIo io, IProcessControl control, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        await Task.Yield(); // The caller holds a lock.
        var secrets = ImmutableArray.CreateBuilder<SecretVariable>();
        foreach (var secret in process.Secretenv)
        {
            secrets.Add(await mounts.GetVariableAsync(secret, stop.Token));
        }

        rights.Learn(process.Secretenv.Select(secret => secret.ID));
        var spec = Specify(number == 0 ? _id : $"{_id}-{number}", process, secrets.ToImmutable(), control);
        return number == 0 ? await executor.RunAsync(spec, io, stop.Token) : await executor.ExecuteAsync(_id, spec, io, stop.Token);
    }

    private ProcessSpec Specify(string id, InitMessage process, ImmutableArray<SecretVariable> secrets, IProcessControl control)
    {
        var meta = process.Meta;
        var variables = new List<string>([.. meta.Env, .. mounts.Environment(meta.Env)]);
        AddDefault(variables, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        if (process.Tty)
        {
            AddDefault(variables, "TERM", "xterm");
        }

        return new ProcessSpec
        {
            Id = id,
            RootPath = mounts.RootPath,
            IsRootReadOnly = mounts.IsRootReadOnly,
            Arguments = [.. meta.Args],
            Environment = [.. variables],
            SecretEnvironment = secrets,
            WorkingDirectory = meta.Cwd.Length == 0 ? "/" : meta.Cwd,
            User = meta.User,
            Mounts = mounts.StepMounts,
            KeepsMountPointParents = !meta.RemoveMountStubsRecursive,
            Network = request.Network switch { NetMode.Host => NetworkMode.Host, NetMode.None => NetworkMode.None, _ => NetworkMode.Default },
            IsPrivileged = process.Security == SecurityMode.Insecure,
            HostName = request.Hostname.Length == 0 ? "buildkitsandbox" : request.Hostname,
            ExtraHosts = [.. request.ExtraHosts.Select(host => (host.Host, host.IP))],
            Terminal = process.Tty ? new TerminalSize(0, 0) : null,
            Control = control,
        };
    }

    private static void AddDefault(List<string> variables, string name, string value)
    {
        if (!variables.Exists(variable => variable.StartsWith(name + "=", StringComparison.Ordinal)))
        {
            variables.Add($"{name}={value}");
        }
    }

    private (string Root, string Directory) Place(int mount)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposal is not null, this);
        }

        return mount >= 0 && mount < mounted.Length
            ? mounts.PlaceOf(mounted[mount]) ?? throw new InvalidInputException($"mount {mount} of the container has no files that can be read")
            : throw new InvalidInputException($"mount index {mount} is out of bounds ({mounted.Length} available)");
    }
}
