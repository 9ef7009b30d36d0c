namespace Cofferdam.Executor;

/// <summary>Which network a process sees.</summary>
public enum NetworkMode
{
    /// <summary>The worker's default: CNI where configured, else the host's.</summary>
    Default,

    /// <summary>The host's.</summary>
    Host,

    /// <summary>A loopback interface only.</summary>
    None,
}
