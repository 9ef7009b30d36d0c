using System.Collections.Immutable;

namespace Cofferdam.Protocol.Llb;

/// <summary>Runs a process. Its first output is its root.</summary>
public sealed class ExecNode(LlbOutput? root, Meta meta, ImmutableArray<ExecMount> mounts, NodeOptions options) : LlbNode(options)
{
    private readonly ImmutableArray<ExecMount> _mounts = [.. mounts.Add(new ExecMount("/", root)).OrderBy(mount => mount.Target, StringComparer.Ordinal)];

    /// <summary>The network it has.</summary>
    public NetMode Network { get; init; }

    /// <summary>The rights it has.</summary>
    public SecurityMode Security { get; init; }

    /// <summary>Secrets that are variables.</summary>
    public ImmutableArray<SecretEnv> SecretVariables { get; init; } = [];

    /// <summary>Devices it asks for.</summary>
    public ImmutableArray<CDIDevice> Devices { get; init; } = [];

    /// <summary>Mounts of secrets and sockets; they come after all others, in this order.</summary>
    public ImmutableArray<Mount> SessionMounts { get; init; } = [];

    internal override IEnumerable<LlbOutput?> Inputs => _mounts.Select(mount => mount.Source);

    internal override Op CreateOp(Func<LlbOutput, Input?> resolve)
    {
        var exec = new ExecOp { Meta = meta, Network = Network, Security = Security };
        var op = new Op { Exec = exec, Platform = ToMessage(Options.Platform), Constraints = new WorkerConstraints() };
        var outputs = 0L;
        foreach (var mount in _mounts)
        {
            exec.Mounts.Add(new Mount
            {
                Input = AddInput(op, mount.Source, resolve),
                Selector = mount.Selector,
                Dest = mount.Target,
                Output = mount.HasOutput ? outputs++ : -1,
                Readonly = mount.IsReadOnly,
                MountType = mount.CacheId is not null ? MountType.Cache : mount.TmpfsSize is not null ? MountType.Tmpfs : MountType.Bind,
                CacheOpt = mount.CacheId is null ? null : new CacheOpt { ID = mount.CacheId, Sharing = mount.Sharing },
                TmpfsOpt = mount.TmpfsSize is { } size ? new TmpfsOpt { Size = size } : null,
            });
        }

        exec.Mounts.AddRange(SessionMounts);
        exec.Secretenv.AddRange(SecretVariables);
        exec.CdiDevices.AddRange(Devices);
        return op;
    }
}
