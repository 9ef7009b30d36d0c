using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>Makes a container's configuration of what a process asks for.</summary>
internal sealed record SpecBuilder
{
    // Moby's default lists (oci/defaults.go).
    private static readonly string[] s_masked =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
        "/sys/firmware", "/sys/devices/virtual/powercap",
    ];

    private static readonly string[] s_readOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public required ProcessSpec Spec { get; init; }

    public required ResolvedUser User { get; init; }

    public required IReadOnlyList<RuntimeSpec.MountEntry> Mounts { get; init; }

    /// <summary>The network's namespace: null is the host's, empty a new one, else that file's.</summary>
    public string? NetworkNamespace { get; init; }

    public bool HasSeccomp { get; init; }

    /// <summary>Whether the runtime takes the system call rules compiled.</summary>
    public bool TakesCompiledSeccomp { get; init; }

    public bool HasCgroupNamespace { get; init; }

    public RuntimeSpec Build() => new()
    {
        Process = BuildProcess(),
        Root = new RuntimeSpec.RootSection(Spec.RootPath, Spec.IsRootReadOnly),
        Hostname = Spec.HostName,
        Mounts = Mounts,
        Hooks = Spec.Hooks.IsEmpty ? null : CreateHooks(),

        // The rules stay in the configuration as well: a runtime that does not know the annotation must not run without them.
        Annotations = HasSeccomp && TakesCompiledSeccomp && !Spec.IsPrivileged && SeccompProfile.Program is { } program
            ? new Dictionary<string, string> { ["run.oci.seccomp_bpf_data"] = program }
            : null,
        Linux = new RuntimeSpec.LinuxSection
        {
            CgroupsPath = CgroupPath(Spec),
            Namespaces = [.. CreateNamespaces()],
            Resources = CreateResources(),
            Devices = Spec.Devices.IsEmpty ? null : [.. Spec.Devices.Select(device => new RuntimeSpec.DeviceEntry(device.Path, device.Type, device.Major, device.Minor, device.Mode, device.Uid ?? User.Uid, device.Gid ?? User.Gid))],
            Seccomp = HasSeccomp && !Spec.IsPrivileged ? SeccompProfile.Default : null,
            MaskedPaths = Spec.IsPrivileged ? null : s_masked,
            ReadonlyPaths = Spec.IsPrivileged ? null : s_readOnly,
        },
    };

    /// <summary>The process alone, for a container that runs.</summary>
    public RuntimeSpec.ProcessSection BuildProcess() => new()
    {
        Terminal = Spec.Terminal is not null,
        ConsoleSize = Spec.Terminal is { Rows: > 0, Columns: > 0 } size ? new RuntimeSpec.ConsoleSize(size.Rows, size.Columns) : null,
        User = new RuntimeSpec.UserSection(User.Uid, User.Gid, CreateGroups()),
        Args = Spec.Arguments,
        Env = CreateEnvironment(),
        Cwd = Spec.WorkingDirectory.StartsWith('/') ? Spec.WorkingDirectory : "/" + Spec.WorkingDirectory,
        Capabilities = CreateCapabilities(),
        Rlimits = [.. Spec.Ulimits.Select(limit => new RuntimeSpec.RlimitEntry("RLIMIT_" + limit.Name.ToUpperInvariant(), unchecked((ulong)limit.Hard), unchecked((ulong)limit.Soft)))],
    };

    /// <summary>The container's cgroup, from the hierarchy's root.</summary>
    public static string CgroupPath(ProcessSpec spec)
    {
        var parts = spec.CgroupParent.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Contains("..")
            ? throw new InvalidInputException($"invalid cgroup parent {Quote.Text(spec.CgroupParent)}: it leads upwards")
            : "/" + string.Join('/', [.. parts.Where(part => part != "."), "cofferdam", spec.Id]);
    }

    private List<EnvironmentEntry> CreateEnvironment()
    {
        var secretNames = Spec.SecretEnvironment.Select(variable => variable.Name).ToHashSet();
        var entries = Spec.Environment.Where(variable => !secretNames.Contains(variable.Split('=', 2)[0])).Select(variable => new EnvironmentEntry(variable, null)).ToList();
        entries.AddRange(Spec.SecretEnvironment.Select(variable => new EnvironmentEntry(variable.Name + "=", variable.Value)));

        // As the runtimes do it: the user's directory where nobody named another (runc, init).
        if (!entries.Exists(entry => entry.Text.StartsWith("HOME=", StringComparison.Ordinal)))
        {
            entries.Add(new EnvironmentEntry("HOME=" + User.Home, null));
        }

        return entries;
    }

    private IReadOnlyList<uint> CreateGroups()
    {
        IReadOnlyList<uint> groups = User.Groups.Contains(User.Gid) ? User.Groups : [User.Gid, .. User.Groups];
        return Spec.Groups.IsEmpty ? groups : [.. groups.Union(Spec.Groups)];
    }

    private Dictionary<string, IReadOnlyList<RuntimeSpec.HookEntry>> CreateHooks() => Spec.Hooks.GroupBy(hook => hook.Moment).ToDictionary(
        moment => moment.Key,
        IReadOnlyList<RuntimeSpec.HookEntry> (moment) => [.. moment.Select(hook => new RuntimeSpec.HookEntry(hook.Path, hook.Arguments.IsEmpty ? null : hook.Arguments, hook.Environment.IsEmpty ? null : hook.Environment, hook.Timeout))]);

    private RuntimeSpec.CapabilitySection CreateCapabilities()
    {
        // Nothing inheritable or ambient: CVE-2022-29162.
        var capabilities = Capabilities.Of(Spec.IsPrivileged);
        return new RuntimeSpec.CapabilitySection(capabilities, capabilities, capabilities);
    }

    private IEnumerable<RuntimeSpec.NamespaceEntry> CreateNamespaces()
    {
        yield return new("pid", null);
        yield return new("ipc", null);
        yield return new("uts", null);
        yield return new("mount", null);
        if (NetworkNamespace is { } network)
        {
            yield return new("network", network.Length == 0 ? null : network);
        }

        if (HasCgroupNamespace)
        {
            yield return new("cgroup", null);
        }
    }

    private RuntimeSpec.ResourceSection CreateResources()
    {
        // The runtime adds the usual devices (null, zero, tty …) to a denial of all.
        IReadOnlyList<RuntimeSpec.DeviceRule> devices =
        [
            new RuntimeSpec.DeviceRule(Spec.IsPrivileged, "rwm"),
            .. Spec.Devices.Where(device => device.Type is "c" or "b").Select(device => new RuntimeSpec.DeviceRule(true, device.Access) { Type = device.Type, Major = device.Major, Minor = device.Minor }),
        ];
        if (Spec.Resources is not { } limits)
        {
            return new RuntimeSpec.ResourceSection(devices, null, null);
        }

        var memory = limits is { Memory: 0, MemorySwap: 0 }
            ? null
            : new RuntimeSpec.MemorySection(limits.Memory == 0 ? null : limits.Memory, limits.MemorySwap == 0 ? null : limits.MemorySwap);
        var cpu = new RuntimeSpec.CpuSection
        {
            Shares = limits.CpuShares == 0 ? null : limits.CpuShares,
            Quota = limits.CpuQuota == 0 ? null : limits.CpuQuota,
            Period = limits.CpuPeriod == 0 ? null : limits.CpuPeriod,
            Cpus = limits.CpusetCpus.Length == 0 ? null : limits.CpusetCpus,
            Mems = limits.CpusetMems.Length == 0 ? null : limits.CpusetMems,
        };
        return new RuntimeSpec.ResourceSection(devices, memory, cpu == new RuntimeSpec.CpuSection() ? null : cpu);
    }
}
