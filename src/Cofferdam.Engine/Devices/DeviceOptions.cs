using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>Which devices of this machine steps can ask for.</summary>
public sealed record DeviceOptions
{
    /// <summary>Whether there are none.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Where files of the Container Device Interface are; a later directory goes before an earlier one. BuildKit's default.</summary>
    public ImmutableArray<string> Directories { get; init; } = ["/etc/cdi", "/var/run/cdi", "/etc/buildkit/cdi"];

    /// <summary>Names or kinds of devices that builds need not be granted.</summary>
    public ImmutableArray<string> AutoAllowed { get; init; } = [];
}
