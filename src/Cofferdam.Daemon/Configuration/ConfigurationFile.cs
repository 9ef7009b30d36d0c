using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Daemon;

/// <summary>The daemon's configuration file: buildkitd.toml's form and names, of which docs/reference/cofferd.md lists what is known.</summary>
public static class ConfigurationFile
{
    private static readonly ImmutableArray<string> Keys =
    [
        "debug", "seal", "insecure-entitlements", "grpc.address", "worker.oci.max-parallelism", "worker.oci.gc", "worker.oci.gckeepstorage", "worker.oci.reservedSpace", "worker.oci.maxUsedSpace", "worker.oci.minFreeSpace",
        "worker.oci.gcpolicy.all", "worker.oci.gcpolicy.filters", "worker.oci.gcpolicy.keepDuration", "worker.oci.gcpolicy.keepBytes",
        "worker.oci.gcpolicy.reservedSpace", "worker.oci.gcpolicy.maxUsedSpace", "worker.oci.gcpolicy.minFreeSpace", "cdi.disabled", "cdi.specDirs", "cdi.autoAllowed",
        "frontend.dockerfile.v0.enabled", "frontend.dockerfile.v0.pull", "frontend.gateway.v0.enabled", "frontend.gateway.v0.allowedRepositories",
        "registry.*.mirrors", "registry.*.http", "registry.*.insecure", "registry.*.ca", "registry.*.keypair.key", "registry.*.keypair.cert",
    ];

    /// <summary>What a file says on top of some options; throws with the file's line where it says what is not known.</summary>
    public static DaemonOptions Apply(string path, DaemonOptions options)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NotFoundException($"read the configuration {Quote.Text(path)}: {error.Message.TrimEnd('.')}", error) { Hint = "give the path of a file that is there to --config" };
        }

        return Parse(path, text, options);
    }

    internal static DaemonOptions Parse(string path, string text, DaemonOptions options)
    {
        var entries = ConfigurationText.Read(path, text);
        foreach (var entry in entries)
        {
            options = Apply(entry, options);
        }

        var registry = options.Registry with { Hosts = Hosts(entries, options.Registry.Hosts) };
        return options with { Registry = registry, Collection = options.Collection.With(entries) };
    }

    private static DaemonOptions Apply(ConfigurationEntry entry, DaemonOptions options) => Shape(entry) switch
    {
        "seal" => options with { UnaskedSeal = entry.OneOf("enforce", "warn", "off") },
        "debug" => options with { Debug = options.Debug || entry.Boolean },
        "insecure-entitlements" => options with { AllowedEntitlements = options.AllowedEntitlements.Union(entry.Texts) },
        "grpc.address" => options with { Addresses = entry.Texts },
        "worker.oci.gc" => options with { IsCollecting = entry.Boolean },
        "frontend.dockerfile.v0.enabled" => options with { Frontends = options.Frontends with { HasDockerfile = entry.Boolean } },
        "frontend.dockerfile.v0.pull" => options with { Frontends = options.Frontends with { PullsDockerfile = entry.Boolean } },
        "frontend.gateway.v0.enabled" => options with { Frontends = options.Frontends with { HasGateway = entry.Boolean } },
        "frontend.gateway.v0.allowedRepositories" => options with { Frontends = options.Frontends with { AllowedRepositories = Repositories(entry) } },
        "worker.oci.max-parallelism" => options with { MaxParallelism = entry.Count },
        "cdi.disabled" => options with { Devices = options.Devices with { IsDisabled = entry.Boolean } },
        "cdi.specDirs" => options with { Devices = options.Devices with { Directories = [.. entry.Texts] } },
        "cdi.autoAllowed" => options with { Devices = options.Devices with { AutoAllowed = [.. entry.Texts] } },
        var shape when Keys.Contains(shape) => options,
        var shape => throw new InvalidInputException($"read the configuration: {entry.Name} is not known")
        {
            Location = entry.Place,
            Hint = NearMatch.Find(shape, Keys) is { } near ? $"did you mean {near.Split('.')[^1]}?" : "docs/reference/cofferd.md lists what is known",
        },
    };

    private static ImmutableDictionary<string, RegistryHostOptions> Hosts(ImmutableArray<ConfigurationEntry> entries, ImmutableDictionary<string, RegistryHostOptions> hosts)
    {
        foreach (var host in entries.Where(entry => Shape(entry).StartsWith("registry.", StringComparison.Ordinal)).GroupBy(entry => entry.Path[1], StringComparer.Ordinal))
        {
            var settings = hosts.GetValueOrDefault(host.Key) ?? new RegistryHostOptions();
            foreach (var entry in host)
            {
                settings = Shape(entry) switch
                {
                    "registry.*.mirrors" => settings with { Mirrors = entry.Texts },
                    "registry.*.http" => settings with { PlainHttp = entry.Boolean },
                    "registry.*.insecure" => settings with { Insecure = entry.Boolean },
                    "registry.*.ca" => settings with { AuthorityFiles = entry.Texts },
                    _ => settings,
                };
            }

            hosts = hosts.SetItem(host.Key, settings with { KeyPairs = [.. KeyPairs(host)] });
        }

        return hosts;
    }

    // [[registry."host".keypair]]: each table is a pair.
    private static IEnumerable<ClientKeyPair> KeyPairs(IEnumerable<ConfigurationEntry> entries) =>
        entries.Where(entry => Shape(entry).StartsWith("registry.*.keypair.", StringComparison.Ordinal)).GroupBy(entry => entry.Table).Select(pair =>
        {
            var key = pair.FirstOrDefault(entry => entry.Path[^1] == "key");
            var certificate = pair.FirstOrDefault(entry => entry.Path[^1] == "cert");
            return key is not null && certificate is not null
                ? new ClientKeyPair(certificate.Text, key.Text)
                : throw new InvalidInputException("read the configuration: a keypair is a key and a cert") { Location = pair.First().Place };
        });

    private static ImmutableArray<string> Repositories(ConfigurationEntry entry)
    {
        foreach (var name in entry.Texts)
        {
            if (!ImageReference.TryParse(name, out _))
            {
                throw new InvalidInputException($"{entry.Name} has {Quote.Text(name)}, which is no repository") { Location = entry.Place };
            }
        }

        return entry.Texts;
    }

    private static string Shape(ConfigurationEntry entry) =>
        entry.Path is ["registry", _, .. var rest] ? string.Join('.', ["registry", "*", .. rest]) : string.Join('.', entry.Path);
}
