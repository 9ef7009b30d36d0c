namespace Cofferdam.Dockerfile;

/// <summary>The options of a request, understood.</summary>
internal sealed record FrontendOptions
{
    public required ImmutableDictionary<string, string> All { get; init; }

    public ImmutableSortedDictionary<string, string> BuildArguments { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public string FileName { get; init; } = "Dockerfile";

    public string Target { get; init; } = string.Empty;

    /// <summary>Platforms asked for; none is the worker's own.</summary>
    public ImmutableArray<Platform> Platforms { get; init; } = [];

    public bool IsMultiPlatform { get; init; }

    /// <summary><c>default</c>, <c>pull</c> or <c>local</c>.</summary>
    public string ResolveMode { get; init; } = "default";

    /// <summary>Stages whose results are not taken from the cache; none means all; null means none of them.</summary>
    public ImmutableArray<string>? UncachedStages { get; init; }

    public NetMode Network { get; init; }

    public string HostName { get; init; } = string.Empty;

    public ImmutableArray<HostIP> ExtraHosts { get; init; } = [];

    public string CgroupParent { get; init; } = string.Empty;

    public string CacheNamespace { get; init; } = string.Empty;

    public long SharedMemorySize { get; init; }

    public ImmutableArray<Ulimit> Ulimits { get; init; } = [];

    public LinuxResources? Resources { get; init; }

    /// <summary>Proxies given as build arguments; null when none is.</summary>
    public ProxyEnv? Proxies { get; init; }

    public bool IsUncached(string stage) => UncachedStages is { } stages && (stages.IsEmpty || stages.Contains(stage, StringComparer.OrdinalIgnoreCase));
}
