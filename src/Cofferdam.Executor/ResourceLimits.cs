namespace Cofferdam.Executor;

/// <summary>Limits of a process's cgroup; 0 or empty is no limit (BuildKit pb.LinuxResources).</summary>
public sealed record ResourceLimits
{
    /// <summary>Bytes of memory.</summary>
    public long Memory { get; init; }

    /// <summary>Bytes of memory and swap.</summary>
    public long MemorySwap { get; init; }

    /// <summary>Relative share of processor time.</summary>
    public ulong CpuShares { get; init; }

    /// <summary>Microseconds of a scheduling period.</summary>
    public ulong CpuPeriod { get; init; }

    /// <summary>Microseconds of processor time in a period.</summary>
    public long CpuQuota { get; init; }

    /// <summary>Processors allowed, for example <c>0-3</c>.</summary>
    public string CpusetCpus { get; init; } = string.Empty;

    /// <summary>Memory nodes allowed.</summary>
    public string CpusetMems { get; init; } = string.Empty;
}
