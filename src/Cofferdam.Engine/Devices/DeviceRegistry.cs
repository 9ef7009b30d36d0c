using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>The devices of this machine, as files of the Container Device Interface tell of them. Files are read anew each time: devices come and go.</summary>
internal sealed class DeviceRegistry(DeviceOptions options)
{
    private const string AutoAllowAnnotation = "org.mobyproject.buildkit.device.autoallow";
    private const string ClassAnnotation = "org.mobyproject.buildkit.device.class";

    /// <summary>All devices, by their names.</summary>
    /// <param name="skipsDamaged">Whether files that cannot be read are passed over; otherwise they are an error.</param>
    public IReadOnlyList<HostDevice> List(bool skipsDamaged) => [.. Read(skipsDamaged).Values.Select(entry => entry.Device).OrderBy(device => device.Name, StringComparer.Ordinal)];

    /// <summary>The devices that requests mean; throws where one is not there and not optional.</summary>
    public IReadOnlyList<HostDevice> Find(IEnumerable<CDIDevice> requests)
    {
        IReadOnlyList<HostDevice>? all = null;
        var found = new List<HostDevice>();
        foreach (var request in requests)
        {
            var matches = Match(request.Name, all ??= List(skipsDamaged: false));
            if (matches.Count == 0 && !request.Optional)
            {
                throw new NotFoundException($"required device {Quote.Text(request.Name)} is not registered")
                {
                    Hint = options.IsDisabled ? "devices are disabled in [cdi] of the configuration"
                        : NearMatch.Find(request.Name, all.Select(device => device.Name)) is { } near ? $"did you mean {near}?"
                        : $"put its file into one of {string.Join(", ", options.Directories)}",
                };
            }

            found.AddRange(matches.Where(device => !found.Exists(known => known.Name == device.Name)));
        }

        return found;
    }

    /// <summary>What a step's container gets with devices.</summary>
    public DeviceEdits Edit(IReadOnlyList<HostDevice> devices)
    {
        var edits = new DeviceEdits();
        if (devices.Count == 0)
        {
            return edits;
        }

        var known = Read(skipsDamaged: false);
        var used = new HashSet<DeviceSpecification>(ReferenceEqualityComparer.Instance);
        foreach (var device in devices)
        {
            var (_, specification, entry) = known.GetValueOrDefault(device.Name) ?? throw new NotFoundException($"device {Quote.Text(device.Name)} is not registered any more");
            if (used.Add(specification))
            {
                edits.Add(device.Name, specification.ContainerEdits);
            }

            edits.Add(device.Name, entry.ContainerEdits);
        }

        return edits;
    }

    // A kind alone is its first device, with a star all of them; what is no such name is a class that devices say they are of.
    private static List<HostDevice> Match(string name, IReadOnlyList<HostDevice> all)
    {
        var parts = name.Split('=', 2);
        var ofKind = all.Where(device => device.Kind == parts[0]);
        List<HostDevice> matches = parts switch
        {
            [_] or [_, ""] => [.. ofKind.Take(1)],
            [_, "*"] => [.. ofKind],
            _ => [.. all.Where(device => device.Name == name)],
        };
        return matches.Count > 0 ? matches : [.. all.Where(device => device.Annotations.GetValueOrDefault(ClassAnnotation) == name)];
    }

    private Dictionary<string, Entry> Read(bool skipsDamaged)
    {
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var directory in options.IsDisabled ? [] : options.Directories.Where(Directory.Exists))
        {
            foreach (var specification in Directory.GetFiles(directory).Where(DeviceFile.IsOne).Order(StringComparer.Ordinal).Select(path => Read(path, skipsDamaged)).OfType<DeviceSpecification>())
            {
                foreach (var device in specification.Devices)
                {
                    var name = $"{specification.Kind}={device.Name}";
                    var annotations = new Dictionary<string, string>(specification.Annotations ?? []);
                    foreach (var (key, value) in device.Annotations ?? [])
                    {
                        annotations[key] = value;
                    }

                    entries[name] = new Entry(new HostDevice(name, IsAutoAllowed(name, specification.Kind, annotations), annotations), specification, device);
                }
            }
        }

        return entries;
    }

    private static DeviceSpecification? Read(string path, bool skipsDamaged)
    {
        try
        {
            return DeviceFile.Read(path);
        }
        catch (InvalidInputException) when (skipsDamaged)
        {
            return null;
        }
    }

    private bool IsAutoAllowed(string name, string kind, Dictionary<string, string> annotations) =>
        options.AutoAllowed.Contains(name) || options.AutoAllowed.Contains(kind) || annotations.GetValueOrDefault(AutoAllowAnnotation) is "1" or "t" or "T" or "true" or "TRUE" or "True";

    private sealed record Entry(HostDevice Device, DeviceSpecification Specification, DeviceSpecification.Device Source);
}
