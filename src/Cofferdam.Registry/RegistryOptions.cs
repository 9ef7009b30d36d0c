using System.Collections.Immutable;

namespace Cofferdam.Registry;

/// <summary>How registries are reached.</summary>
public sealed record RegistryOptions
{
    /// <summary>Settings by host, for example <c>docker.io</c> or <c>localhost:5000</c>.</summary>
    public ImmutableDictionary<string, RegistryHostOptions> Hosts { get; init; } = ImmutableDictionary<string, RegistryHostOptions>.Empty;

    /// <summary>How many blobs are received from or sent to one registry at a time.</summary>
    public int MaxBlobTransfersPerHost { get; init; } = 8;

    /// <summary>How often a request is tried in all, where trying again may help.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The wait before the second try; it doubles from try to try.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The longest wait that a registry may ask for by Retry-After; longer is an error.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a registry may be silent.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What the requests call the program.</summary>
    public string UserAgent { get; init; } = "cofferdam";

    /// <summary>These options with a host that may be reached without TLS and with any certificate (<c>registry.insecure</c>).</summary>
    public RegistryOptions WithInsecure(string host) => this with { Hosts = Hosts.SetItem(host, ForHost(host) with { Insecure = true }) };

    internal RegistryHostOptions ForHost(string host) => Hosts.GetValueOrDefault(host) ?? new RegistryHostOptions();
}
