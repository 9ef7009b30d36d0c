using System.Text.Json.Serialization;

namespace Cofferdam.Executor;

/// <summary>A container's configuration in the form of the OCI runtime-spec, as far as steps need it.</summary>
internal sealed record RuntimeSpec
{
    public string OciVersion { get; init; } = "1.0.2";

    public required ProcessSection Process { get; init; }

    public required RootSection Root { get; init; }

    public required string Hostname { get; init; }

    public required IReadOnlyList<MountEntry> Mounts { get; init; }

    public required LinuxSection Linux { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>By their moments.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<HookEntry>>? Hooks { get; init; }

    internal sealed record ProcessSection
    {
        public bool Terminal { get; init; }

        public ConsoleSize? ConsoleSize { get; init; }

        public required UserSection User { get; init; }

        public required IReadOnlyList<string> Args { get; init; }

        public required IReadOnlyList<EnvironmentEntry> Env { get; init; }

        public required string Cwd { get; init; }

        public required CapabilitySection Capabilities { get; init; }

        public required IReadOnlyList<RlimitEntry> Rlimits { get; init; }

        public bool NoNewPrivileges { get; init; }
    }

    internal sealed record ConsoleSize(int Height, int Width);

    internal sealed record UserSection(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids);

    internal sealed record CapabilitySection(IReadOnlyList<string> Bounding, IReadOnlyList<string> Effective, IReadOnlyList<string> Permitted);

    internal sealed record RlimitEntry(string Type, ulong Hard, ulong Soft);

    internal sealed record RootSection(string Path, bool Readonly);

    internal sealed record MountEntry(string Destination, string Type, string Source, IReadOnlyList<string> Options);

    internal sealed record LinuxSection
    {
        public required string CgroupsPath { get; init; }

        public required IReadOnlyList<NamespaceEntry> Namespaces { get; init; }

        public required ResourceSection Resources { get; init; }

        public IReadOnlyList<DeviceEntry>? Devices { get; init; }

        public SeccompSection? Seccomp { get; init; }

        public IReadOnlyList<string>? MaskedPaths { get; init; }

        public IReadOnlyList<string>? ReadonlyPaths { get; init; }
    }

    internal sealed record NamespaceEntry(string Type, string? Path);

    internal sealed record ResourceSection(IReadOnlyList<DeviceRule> Devices, MemorySection? Memory, CpuSection? Cpu);

    internal sealed record DeviceRule(bool Allow, string Access)
    {
        public string? Type { get; init; }

        public long? Major { get; init; }

        public long? Minor { get; init; }
    }

    internal sealed record DeviceEntry(string Path, string Type, long Major, long Minor, uint? FileMode, uint? Uid, uint? Gid);

    internal sealed record HookEntry(string Path, IReadOnlyList<string>? Args, IReadOnlyList<string>? Env, int? Timeout);

    internal sealed record MemorySection(long? Limit, long? Swap);

    internal sealed record CpuSection
    {
        public ulong? Shares { get; init; }

        public long? Quota { get; init; }

        public ulong? Period { get; init; }

        public string? Cpus { get; init; }

        public string? Mems { get; init; }
    }

    internal sealed record SeccompSection(string DefaultAction, uint DefaultErrnoRet, IReadOnlyList<string> Architectures, IReadOnlyList<SeccompRule> Syscalls);

    internal sealed record SeccompRule(IReadOnlyList<string> Names, string Action, uint? ErrnoRet, IReadOnlyList<SeccompArgument>? Args);

    internal sealed record SeccompArgument(uint Index, ulong Value, ulong ValueTwo, [property: JsonPropertyName("op")] string Operation);
}
