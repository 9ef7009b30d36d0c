using System.Collections.Immutable;
using Cofferdam.Executor;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Secrets;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What is mounted for one process: made before it, committed or undone after it.</summary>
internal sealed class ExecMounts(ExecServices services, OperationContext context, string workingDirectory, IReadOnlyList<IResult> inputs) : IAsyncDisposable
{
    // The kernel's times of files lag behind the clock by up to a tick.
    private static readonly TimeSpan ClockGrain = TimeSpan.FromMilliseconds(20);

    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<SearchedSecret> _secrets = [];
    private readonly List<SearchedTree> _written = [];
    private readonly List<SearchedTree> _caches = [];
    private readonly SortedDictionary<int, IActiveLayer> _outputs = [];
    private readonly SortedDictionary<int, Snapshot> _unchanged = [];
    private readonly List<StepMount> _mounts = [];
    private readonly List<SecretVariable> _variables = [];
    private int _agents;
    private string? _rootPath;
    private string? _firstAgent;

    /// <summary>The root file system.</summary>
    public string RootPath => _rootPath ?? throw new InvalidInputException("invalid LLB definition: an exec operation without a root mount");

    /// <summary>Whether the root cannot be written.</summary>
    public bool IsRootReadOnly { get; private set; }

    /// <summary>All mounts but the root, parents before what is mounted in them.</summary>
    public ImmutableArray<StepMount> StepMounts => [.. _mounts.OrderBy(mount => mount.Target.TrimEnd('/').Count(character => character == '/'))];

    /// <summary>Secrets as variables.</summary>
    public ImmutableArray<SecretVariable> SecretVariables => [.. _variables];

    /// <summary>The secrets that the process is given; they stay owned by this.</summary>
    public IReadOnlyCollection<SearchedSecret> Secrets => _secrets;

    /// <summary>What the process writes and a commit would keep, and what it changes in caches.</summary>
    public IEnumerable<SearchedTree> WrittenTrees => [.. _written, .. _caches];

    /// <summary>What the process changes in caches, which stays whatever comes of it.</summary>
    public IEnumerable<SearchedTree> CacheTrees => _caches;

    /// <summary>Variables that mounts bring along, unless the step sets them.</summary>
    public IEnumerable<string> Environment(IEnumerable<string> own) =>
        _firstAgent is null || own.Any(variable => variable.StartsWith("SSH_AUTH_SOCK=", StringComparison.Ordinal)) ? [] : ["SSH_AUTH_SOCK=" + _firstAgent];

    /// <summary>Makes one mount.</summary>
    public async Task AddAsync(Mount mount, CancellationToken cancellationToken)
    {
        switch (mount.MountType)
        {
            case MountType.Bind when mount.Dest == "/":
                await AddRootAsync(mount, cancellationToken);
                break;
            case MountType.Bind:
                await AddBindAsync(mount, cancellationToken);
                break;
            case MountType.Cache:
                await AddCacheAsync(mount, cancellationToken);
                break;
            case MountType.Tmpfs:
                _mounts.Add(new StepMount.Tmpfs(mount.Dest, mount.TmpfsOpt?.Size ?? 0, mount.Readonly));
                break;
            case MountType.Secret:
                await AddSecretAsync(mount, cancellationToken);
                break;
            case MountType.Ssh:
                await AddAgentAsync(mount, cancellationToken);
                break;
            default:
                throw new UnsupportedException($"mount type {mount.MountType} is not supported");
        }
    }

    /// <summary>Makes a secret a variable; an optional one that is missing gives an empty value.</summary>
    public async Task AddAsync(SecretEnv secret, CancellationToken cancellationToken) => _variables.Add(await GetVariableAsync(secret, cancellationToken));

    /// <summary>A secret as a variable of just one process; its value stays owned by this.</summary>
    public async Task<SecretVariable> GetVariableAsync(SecretEnv secret, CancellationToken cancellationToken) =>
        new(secret.Name, await GetSecretAsync(secret.ID, secret.Optional, cancellationToken));

    /// <summary>Where the files of a mount are: a root and a directory in it; null where it has none.</summary>
    public (string Root, string Directory)? PlaceOf(Mount mount) =>
        mount.Dest == "/" ? (RootPath, string.Empty)
        : _mounts.OfType<StepMount.Bind>().FirstOrDefault(bind => bind.Target == mount.Dest) is { } found ? (found.SourceRoot, found.SourcePath)
        : null;

    /// <summary>Commits what was written, in the order of the outputs.</summary>
    public async Task<IReadOnlyList<IResult>> CommitAsync(CancellationToken cancellationToken)
    {
        var results = new List<IResult>();
        for (var output = 0; output < _outputs.Count + _unchanged.Count; output++)
        {
            if (_unchanged.TryGetValue(output, out var snapshot))
            {
                results.Add(new SnapshotResult(snapshot, services.Uses));
                continue;
            }

            var layer = _outputs.GetValueOrDefault(output) ?? throw new InvalidInputException($"invalid LLB definition: output {output} of an exec operation is missing");
            await layer.TrimAsync(cancellationToken);
            results.Add(new SnapshotResult(layer.Parent.Append(await layer.CommitAsync(null, cancellationToken)), services.Uses));
        }

        return results;
    }

    /// <summary>The layers that a commit made.</summary>
    public IEnumerable<LayerId> LayersOf(IReadOnlyList<IResult> results) => _outputs.Keys.Select(output => ((SnapshotResult)results[output]).Snapshot.Layers[^1]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        _secrets.ForEach(secret => secret.Value.Dispose());
    }

    private async Task<Snapshot> InputAsync(Mount mount, CancellationToken cancellationToken)
    {
        if (mount.Input < 0)
        {
            return Snapshot.Scratch;
        }

        var snapshot = ((SnapshotResult)inputs[checked((int)mount.Input)]).Snapshot;
        await services.Layers.EnsureAsync(snapshot, context.Jobs, context.Progress, cancellationToken);
        return snapshot;
    }

    private async Task AddRootAsync(Mount mount, CancellationToken cancellationToken)
    {
        var snapshot = await InputAsync(mount, cancellationToken);
        IsRootReadOnly = mount.Readonly;

        // Mount points are made in the root, so it is writable even where the process may not write.
        var layer = Own(await services.Snapshotter.PrepareAsync(snapshot, cancellationToken));
        _rootPath = layer.RootPath;
        if (mount.Output >= 0)
        {
            if (mount.Readonly)
            {
                _unchanged.Add((int)mount.Output, snapshot);
            }
            else
            {
                _outputs.Add((int)mount.Output, layer);
                _written.Add(new SearchedTree(layer.UpperPath, "/", null));
            }
        }
    }

    private async Task AddBindAsync(Mount mount, CancellationToken cancellationToken)
    {
        var snapshot = await InputAsync(mount, cancellationToken);
        var selector = mount.Selector.Length == 0 ? "/" : mount.Selector;
        if (mount.Readonly)
        {
            var mounted = Own(await services.Snapshotter.MountAsync(snapshot, cancellationToken));
            _mounts.Add(new StepMount.Bind(mount.Dest, mounted.RootPath, selector, IsReadOnly: true));
            if (mount.Output >= 0)
            {
                _unchanged.Add((int)mount.Output, snapshot);
            }

            return;
        }

        var layer = Own(await services.Snapshotter.PrepareAsync(snapshot, cancellationToken));
        _mounts.Add(new StepMount.Bind(mount.Dest, layer.RootPath, selector, IsReadOnly: false));
        if (mount.Output >= 0)
        {
            _outputs.Add((int)mount.Output, layer);
            _written.Add(new SearchedTree(layer.UpperPath, mount.Dest, null));
        }
    }

    private async Task AddCacheAsync(Mount mount, CancellationToken cancellationToken)
    {
        Snapshot? initial = mount.Input < 0 ? null : await InputAsync(mount, cancellationToken);
        var lease = Own(await services.CacheMounts.AcquireAsync(mount.CacheOpt.ID, mount.CacheOpt.Sharing, initial, mount.Selector, context.IgnoreCache, cancellationToken));
        _mounts.Add(new StepMount.Bind(mount.Dest, lease.Path, "/", mount.Readonly));
        if (!mount.Readonly)
        {
            _caches.Add(new SearchedTree(lease.Path, mount.Dest, FileTime.From(services.Seal.Clock.GetUtcNow() - ClockGrain)));
        }

        if (mount.Output >= 0)
        {
            throw new UnsupportedException("an output of a cache mount is not supported");
        }
    }

    private async Task AddSecretAsync(Mount mount, CancellationToken cancellationToken)
    {
        var options = mount.SecretOpt ?? throw new InvalidInputException("invalid LLB definition: a secret mount without options");
        if (await GetSecretAsync(options.ID, options.Optional, cancellationToken) is { } value)
        {
            _mounts.Add(new StepMount.Secret(Absolute(mount.Dest), value, (int)options.Uid, (int)options.Gid, (int)options.Mode));
        }
    }

    private string Absolute(string target) => target.StartsWith('/') ? target : workingDirectory.TrimEnd('/') + "/" + target;

    private async Task<SecretValue?> GetSecretAsync(string id, bool isOptional, CancellationToken cancellationToken)
    {
        var value = await new SessionSecrets(context.Jobs).GetAsync(id, cancellationToken);
        if (value is null && !isOptional)
        {
            throw new CofferdamException(ErrorCode.SecretMissing, $"secret {id}: not found") { Hint = $"give it with --secret id={id},src=FILE, --secret id={id},env=VARIABLE, a variable that is set, or --secret id={id},from=PROVIDER:REFERENCE" };
        }

        if (value is not null)
        {
            lock (_secrets)
            {
                _secrets.Add(new SearchedSecret(id, value));
            }
        }

        return value;
    }

    private async Task AddAgentAsync(Mount mount, CancellationToken cancellationToken)
    {
        var options = mount.SSHOpt ?? throw new InvalidInputException("invalid LLB definition: an ssh mount without options");
        var agent = await SessionAgent.FindAsync(context.Jobs, options.ID, cancellationToken);
        if (agent is null)
        {
            if (!options.Optional)
            {
                throw new CofferdamException(ErrorCode.NotFound, $"unset ssh forward key {(options.ID.Length > 0 ? options.ID : "default")}")
                {
                    Hint = options.ID is "" or "default" ? "give it with --ssh default" : $"give it with --ssh {options.ID}=SOCKET",
                };
            }

            return;
        }

        var target = mount.Dest.Length > 0 ? Absolute(mount.Dest) : $"/run/buildkit/ssh_agent.{_agents}";
        _agents++;
        _firstAgent ??= target;
        _mounts.Add(new StepMount.Ssh(target, agent.ConnectAsync, (int)options.Uid, (int)options.Gid, (int)options.Mode));
    }

    private T Own<T>(T thing)
        where T : IAsyncDisposable
    {
        _owned.Add(thing);
        return thing;
    }
}
