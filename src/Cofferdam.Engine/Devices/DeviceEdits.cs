using Cofferdam.Executor;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What devices change of a step's container.</summary>
internal sealed class DeviceEdits
{
    public List<string> Environment { get; } = [];

    public List<StepDevice> Nodes { get; } = [];

    public List<StepMount> Mounts { get; } = [];

    public List<StepHook> Hooks { get; } = [];

    public List<uint> Groups { get; } = [];

    /// <summary>Adds what a device's file says; throws for what cannot be done.</summary>
    public void Add(string device, DeviceSpecification.Edits? edits)
    {
        if (edits is null)
        {
            return;
        }

        if (edits.IntelRdt is not null || edits.NetDevices is not null)
        {
            throw new UnsupportedException($"device {Quote.Text(device)} changes {(edits.IntelRdt is not null ? "intelRdt" : "netDevices")}, which is not supported yet");
        }

        Environment.AddRange(edits.Env ?? []);
        Groups.AddRange((edits.AdditionalGids ?? []).Where(group => group != 0));
        Nodes.AddRange((edits.DeviceNodes ?? []).Select(node => ToNode(device, node)));
        Mounts.AddRange((edits.Mounts ?? []).Select(mount => ToMount(device, mount)));
        Hooks.AddRange((edits.Hooks ?? []).Select(static hook => new StepHook(hook.HookName, hook.Path, [.. hook.Args ?? []], [.. hook.Env ?? []], hook.Timeout)));
    }

    // What a file leaves open is as the node of this machine is.
    private static StepDevice ToNode(string device, DeviceSpecification.Node node)
    {
        if (!node.Path.StartsWith("/dev/", StringComparison.Ordinal) || node.Path.Split('/').Contains(".."))
        {
            throw new UnsupportedException($"device {Quote.Text(device)} has its node at {Quote.Text(node.Path)}: only nodes below /dev are supported");
        }

        if (node.Type is { Length: > 0 } type && (node.Major != 0 || type == "p"))
        {
            return new StepDevice(node.Path, type, node.Major, node.Minor, node.FileMode, node.Uid, node.Gid, node.Permissions ?? "rwm");
        }

        var path = node.HostPath is { Length: > 0 } host ? host : node.Path;
        using var root = RootedDirectory.Open("/");
        if (!root.TryStat(root.ResolvePath(path), out var stat))
        {
            throw new NotFoundException($"device {Quote.Text(device)}: its node {Quote.Text(path)} is not there");
        }

        var kind = stat.Type switch
        {
            FileType.CharacterDevice => "c",
            FileType.BlockDevice => "b",
            FileType.Fifo => "p",
            _ => throw new InvalidInputException($"device {Quote.Text(device)}: {Quote.Text(path)} is no device"),
        };
        return node.Type is { Length: > 0 } wanted && wanted != kind
            ? throw new InvalidInputException($"device {Quote.Text(device)}: {Quote.Text(path)} is of type {kind}, not {wanted}")
            : new StepDevice(node.Path, kind, stat.RawDevice.Major, stat.RawDevice.Minor, node.FileMode ?? stat.Mode, node.Uid, node.Gid, node.Permissions ?? "rwm");
    }

    private static StepMount.Bind ToMount(string device, DeviceSpecification.Bind mount)
    {
        var type = mount.Type is { Length: > 0 } text ? text : "bind";
        if (type is not ("bind" or "none") || !mount.ContainerPath.StartsWith('/') || !mount.HostPath.StartsWith('/'))
        {
            throw new UnsupportedException($"device {Quote.Text(device)} has a mount of type {Quote.Text(type)} at {Quote.Text(mount.ContainerPath)}: only binds of whole paths are supported");
        }

        return new StepMount.Bind(mount.ContainerPath, "/", mount.HostPath, mount.Options?.Contains("ro") == true);
    }
}
