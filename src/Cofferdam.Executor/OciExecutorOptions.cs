namespace Cofferdam.Executor;

/// <summary>Where an executor keeps its files and what it uses.</summary>
public sealed record OciExecutorOptions
{
    /// <summary>A directory for the files of running containers, the executor's own.</summary>
    public required string Directory { get; init; }

    /// <summary>The runtime, a name or a path; null takes crun, else runc.</summary>
    public string? Runtime { get; init; }

    /// <summary>The CNI configuration of the default network (BuildKit's place).</summary>
    public string CniConfigurationPath { get; init; } = "/etc/buildkit/cni.json";

    /// <summary>The directory of the CNI plugins (BuildKit's place).</summary>
    public string CniProgramDirectory { get; init; } = "/opt/cni/bin";

    /// <summary>The host's resolver file.</summary>
    public string ResolverFile { get; init; } = "/etc/resolv.conf";

    /// <summary>What the default network is; <see cref="NetworkMode.Default"/> is CNI where configured, else the host's.</summary>
    public NetworkMode DefaultNetwork { get; init; }
}
