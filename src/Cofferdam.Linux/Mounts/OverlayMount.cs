using System.Collections.Immutable;

namespace Cofferdam.Linux;

/// <summary>A stack of directories as an overlay file system (kernel docs, filesystems/overlayfs.rst).</summary>
public sealed record OverlayMount
{
    /// <summary>How many lower directories the kernel takes (OVL_MAX_STACK).</summary>
    public const int MaxLayers = 500;

    /// <summary>The read-only directories, highest first. Without <see cref="UpperDirectory"/> there are two at least.</summary>
    public required ImmutableArray<string> LowerDirectories { get; init; }

    /// <summary>The directory that receives changes; null makes the file system read-only.</summary>
    public string? UpperDirectory { get; init; }

    /// <summary>An empty directory beside the upper one for the kernel's own use; required with it.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>Whether fsync within the mount does nothing: the upper directory is worth nothing after a crash anyway.</summary>
    public bool Volatile { get; init; }

    /// <summary>Whether the overlay's own marks are <c>user.overlay.*</c>, as they must be in a user namespace.</summary>
    public bool UserAttributes { get; init; } = !Privileges.IsInitialRoot;
}
