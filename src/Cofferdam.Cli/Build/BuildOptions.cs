namespace Cofferdam.Cli.Build;

/// <summary>What <c>coffer build</c> was asked for, as it was written.</summary>
internal sealed record BuildOptions
{
    /// <summary>The directory, address or <c>-</c>.</summary>
    public required string Context { get; init; }

    /// <summary>The Dockerfile; <c>-</c> is standard input; null is the one in the context.</summary>
    public string? File { get; init; }

    /// <summary>The names of the image.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The stage.</summary>
    public string? Target { get; init; }

    /// <summary><c>NAME=VALUE</c>, or <c>NAME</c> for the environment's value.</summary>
    public IReadOnlyList<string> BuildArguments { get; init; } = [];

    /// <summary><c>NAME=PLACE</c>.</summary>
    public IReadOnlyList<string> BuildContexts { get; init; } = [];

    /// <summary>The secrets.</summary>
    public IReadOnlyList<SecretFlag> Secrets { get; init; } = [];

    /// <summary>What happens when a secret would leave the build.</summary>
    public string? Seal { get; init; }

    /// <summary>Where secrets may be: <c>id=ID[,path=GLOB]</c>.</summary>
    public IReadOnlyList<string> SealAllowances { get; init; } = [];

    /// <summary>The agents.</summary>
    public IReadOnlyList<SshFlag> Ssh { get; init; } = [];

    /// <summary><c>KEY=VALUE</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary><c>[TYPE:]KEY=VALUE</c>.</summary>
    public IReadOnlyList<string> Annotations { get; init; } = [];

    /// <summary>Whether no cache is used.</summary>
    public bool NoCache { get; init; }

    /// <summary>Stages for which no cache is used.</summary>
    public IReadOnlyList<string> NoCacheFilter { get; init; } = [];

    /// <summary>Whether base images are looked up anew.</summary>
    public bool Pull { get; init; }

    /// <summary>Whether the image is pushed.</summary>
    public bool Push { get; init; }

    /// <summary>Whether the image is kept locally, whatever else is done with it.</summary>
    public bool Load { get; init; }

    /// <summary>The outputs.</summary>
    public IReadOnlyList<OutputFlag> Outputs { get; init; } = [];

    /// <summary>The platforms.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>The network of steps.</summary>
    public string? Network { get; init; }

    /// <summary><c>NAME:ADDRESS</c> or <c>NAME=ADDRESS</c>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The size of <c>/dev/shm</c>.</summary>
    public string? SharedMemory { get; init; }

    /// <summary><c>NAME=SOFT[:HARD]</c>.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>The parent of steps' cgroups.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>What steps may do beyond the ordinary.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary><c>type=…</c> of <c>--attest</c>, <c>--provenance</c> and <c>--sbom</c>.</summary>
    public IReadOnlyDictionary<string, string> Attestations { get; init; } = new Dictionary<string, string>();

    /// <summary>Where cache is taken from.</summary>
    public IReadOnlyList<CacheFlag> CacheFrom { get; init; } = [];

    /// <summary>Where cache is put.</summary>
    public IReadOnlyList<CacheFlag> CacheTo { get; init; } = [];

    /// <summary>What is asked of the Dockerfile instead of a build; null is a build.</summary>
    public CallFlag? Call { get; init; }
}
