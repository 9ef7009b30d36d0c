namespace Cofferdam.Engine;

/// <summary>A file of the Container Device Interface: devices of one kind, and what of a container each changes (CDI SPEC.md).</summary>
internal sealed record DeviceSpecification
{
    public string CdiVersion { get; init; } = string.Empty;

    /// <summary>Vendor and class: <c>vendor.com/class</c>.</summary>
    public string Kind { get; init; } = string.Empty;

    public Dictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<Device> Devices { get; init; } = [];

    /// <summary>What all of its devices change.</summary>
    public Edits? ContainerEdits { get; init; }

    internal sealed record Device
    {
        public string Name { get; init; } = string.Empty;

        public Dictionary<string, string>? Annotations { get; init; }

        public Edits? ContainerEdits { get; init; }
    }

    internal sealed record Edits
    {
        public IReadOnlyList<string>? Env { get; init; }

        public IReadOnlyList<Node>? DeviceNodes { get; init; }

        public IReadOnlyList<Bind>? Mounts { get; init; }

        public IReadOnlyList<Hook>? Hooks { get; init; }

        public IReadOnlyList<uint>? AdditionalGids { get; init; }

        public System.Text.Json.JsonElement? IntelRdt { get; init; }

        public System.Text.Json.JsonElement? NetDevices { get; init; }
    }

    internal sealed record Node
    {
        public string Path { get; init; } = string.Empty;

        public string? HostPath { get; init; }

        public string? Type { get; init; }

        public long Major { get; init; }

        public long Minor { get; init; }

        public uint? FileMode { get; init; }

        public string? Permissions { get; init; }

        public uint? Uid { get; init; }

        public uint? Gid { get; init; }
    }

    internal sealed record Bind
    {
        public string HostPath { get; init; } = string.Empty;

        public string ContainerPath { get; init; } = string.Empty;

        public string? Type { get; init; }

        public IReadOnlyList<string>? Options { get; init; }
    }

    internal sealed record Hook
    {
        public string HookName { get; init; } = string.Empty;

        public string Path { get; init; } = string.Empty;

        public IReadOnlyList<string>? Args { get; init; }

        public IReadOnlyList<string>? Env { get; init; }

        public int? Timeout { get; init; }
    }
}
