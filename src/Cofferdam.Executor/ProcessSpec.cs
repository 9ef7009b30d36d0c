using System.Collections.Immutable;

namespace Cofferdam.Executor;

/// <summary>A process to run in a container of its own.</summary>
public sealed record ProcessSpec
{
    /// <summary>A name for the container, unique among those that run.</summary>
    public required string Id { get; init; }

    /// <summary>The root file system, mounted already.</summary>
    public required string RootPath { get; init; }

    /// <summary>Whether the root file system cannot be written.</summary>
    public bool IsRootReadOnly { get; init; }

    /// <summary>The command line.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The environment, <c>NAME=value</c> each.</summary>
    public ImmutableArray<string> Environment { get; init; } = [];

    /// <summary>Variables whose values are secrets; they are in no file on a disk.</summary>
    public ImmutableArray<SecretVariable> SecretEnvironment { get; init; } = [];

    /// <summary>The working directory; made when it is not there.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>User and group as in a Dockerfile's USER, resolved in the root's passwd and group files; empty is root.</summary>
    public string User { get; init; } = string.Empty;

    /// <summary>What is mounted besides the usual, in order.</summary>
    public ImmutableArray<StepMount> Mounts { get; init; } = [];

    /// <summary>Whether directories that had to be made above a mount point of <see cref="Mounts"/> stay in the root afterwards; the mount points themselves never do.</summary>
    public bool KeepsMountPointParents { get; init; }

    /// <summary>Which network it sees.</summary>
    public NetworkMode Network { get; init; }

    /// <summary>Whether it has all privileges (<c>--security=insecure</c>).</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>The host name it sees.</summary>
    public string HostName { get; init; } = "buildkitsandbox";

    /// <summary>More lines for its hosts file: name and address.</summary>
    public ImmutableArray<(string Host, string Address)> ExtraHosts { get; init; } = [];

    /// <summary>Limits: name without <c>RLIMIT_</c>, soft, hard.</summary>
    public ImmutableArray<(string Name, long Soft, long Hard)> Ulimits { get; init; } = [];

    /// <summary>The parent of its cgroup; empty is the daemon's choice.</summary>
    public string CgroupParent { get; init; } = string.Empty;

    /// <summary>Memory and processor limits.</summary>
    public ResourceLimits? Resources { get; init; }

    /// <summary>Device nodes it has besides the usual.</summary>
    public ImmutableArray<StepDevice> Devices { get; init; } = [];

    /// <summary>Programs of this machine that are run around it.</summary>
    public ImmutableArray<StepHook> Hooks { get; init; } = [];

    /// <summary>Groups its user is in besides those of the root's group file.</summary>
    public ImmutableArray<uint> Groups { get; init; } = [];

    /// <summary>A terminal for the process, with its first size; null is none. Standard error is then part of standard output.</summary>
    public TerminalSize? Terminal { get; init; }

    /// <summary>Sizes and signals to pass to the process while it runs; null is none.</summary>
    public IProcessControl? Control { get; init; }
}
