using System.Globalization;
using System.Net;

namespace Cofferdam.Dockerfile;

/// <summary>Understands the options of a request.</summary>
internal static class FrontendOptionsReader
{
    private const string BuildArgument = "build-arg:";

    private static readonly string[] UlimitNames =
    [
        "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack",
    ];

    public static FrontendOptions Read(ImmutableDictionary<string, string> options)
    {
        var arguments = Pick(options, BuildArgument);
        var platforms = Text(options, "platform") is { Length: > 0 } text ? [.. text.Split(',').Select(Platform.Parse)] : ImmutableArray<Platform>.Empty;
        return new FrontendOptions
        {
            All = options,
            BuildArguments = arguments,
            Labels = Pick(options, "label:"),
            FileName = options.GetValueOrDefault("filename", "Dockerfile"),
            Target = Text(options, "target"),
            Platforms = platforms,
            IsMultiPlatform = ReadMultiPlatform(options, platforms.Length),
            ResolveMode = ReadResolveMode(Text(options, "image-resolve-mode")),
            UncachedStages = options.TryGetValue("no-cache", out var uncached) ? (uncached.Length == 0 ? [] : [.. uncached.Split(',')]) : null,
            Network = ReadNetwork(Text(options, "force-network-mode")),
            HostName = Text(options, BuildArgument + "BUILDKIT_SANDBOX_HOSTNAME") is { Length: > 0 } name ? name : Text(options, "hostname"),
            ExtraHosts = ReadHosts(Text(options, "add-hosts")),
            CgroupParent = Text(options, "cgroup-parent"),
            CacheNamespace = Text(options, BuildArgument + "BUILDKIT_CACHE_MOUNT_NS"),
            SharedMemorySize = ReadNumber(options, "shm-size", value => value >= 0) ?? 0,
            Ulimits = ReadUlimits(Text(options, "ulimit")),
            Resources = ReadResources(options),
            Proxies = ReadProxies(arguments),
        };
    }

    private static string Text(ImmutableDictionary<string, string> options, string name) => options.GetValueOrDefault(name, string.Empty);

    private static ImmutableSortedDictionary<string, string> Pick(ImmutableDictionary<string, string> options, string prefix) => options
        .Where(option => option.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(option => option.Key[prefix.Length..], option => option.Value, StringComparer.Ordinal);

    private static bool ReadMultiPlatform(ImmutableDictionary<string, string> options, int count)
    {
        var text = Text(options, BuildArgument + "BUILDKIT_MULTI_PLATFORM") is { Length: > 0 } argument ? argument : Text(options, "multi-platform");
        if (text.Length == 0)
        {
            return count > 1;
        }

        var value = GoBoolean.Parse(text) ?? throw new InvalidInputException($"invalid boolean value for multi-platform: {text}") { Hint = "use true or false" };
        return value || count <= 1 ? value : throw new InvalidInputException("conflicting config: returning multiple target platforms is not allowed") { Hint = "name one platform, or leave BUILDKIT_MULTI_PLATFORM out" };
    }

    private static string ReadResolveMode(string text) => text switch
    {
        "" or "default" => "default",
        "pull" => "pull",
        "local" => "local",
        _ => throw new InvalidInputException($"invalid image-resolve-mode: {text}") { Hint = DockerfileError.Suggest(text, ["default", "pull", "local"]) ?? "use default, pull or local" },
    };

    private static NetMode ReadNetwork(string text) => text switch
    {
        "" or "sandbox" => NetMode.Unset,
        "none" => NetMode.None,
        "host" => NetMode.Host,
        _ => throw new InvalidInputException($"invalid netmode {text}") { Hint = DockerfileError.Suggest(text, ["sandbox", "none", "host"]) ?? "use sandbox, none or host" },
    };

    private static ImmutableArray<HostIP> ReadHosts(string text) => text.Length == 0 ? [] : [.. CommaSeparated.Split(text.ToLowerInvariant()).Select(field =>
    {
        var separator = field.IndexOf('=', StringComparison.Ordinal);
        return separator > 0 && IPAddress.TryParse(field[(separator + 1)..], out var address)
            ? new HostIP { Host = field[..separator], IP = address.ToString() }
            : throw new InvalidInputException($"failed to parse additional hosts: invalid value {Quote.Text(field)}") { Hint = "write it as host=address" };
    })];

    private static ImmutableArray<Ulimit> ReadUlimits(string text) => text.Length == 0 ? [] : [.. CommaSeparated.Split(text).Select(field =>
    {
        var separator = field.IndexOf('=', StringComparison.Ordinal);
        var values = field[(separator + 1)..].Split(':');
        var near = DockerfileError.Suggest(separator < 0 ? field : field[..separator], UlimitNames);
        var invalid = new InvalidInputException($"failed to parse ulimit: invalid value {Quote.Text(field)}") { Hint = near ?? "write it as name=soft or name=soft:hard" };
        if (separator <= 0 || values.Length > 2 || !UlimitNames.Contains(field[..separator]))
        {
            throw invalid;
        }

        return long.TryParse(values[0], CultureInfo.InvariantCulture, out var soft) && long.TryParse(values[^1], CultureInfo.InvariantCulture, out var hard)
            && (hard == -1 || (soft != -1 && soft <= hard))
            ? new Ulimit { Name = field[..separator], Soft = soft, Hard = hard }
            : throw invalid;
    })];

    private static LinuxResources? ReadResources(ImmutableDictionary<string, string> options)
    {
        var resources = new LinuxResources
        {
            Memory = ReadNumber(options, "memory", value => value > 0) ?? 0,
            MemorySwap = ReadNumber(options, "memswap", value => value is -1 or > 0) ?? 0,
            CpuShares = (ulong)(ReadNumber(options, "cpushares", value => value > 0) ?? 0),
            CpuPeriod = (ulong)(ReadNumber(options, "cpuperiod", value => value > 0) ?? 0),
            CpuQuota = ReadNumber(options, "cpuquota", value => value > 0) ?? 0,
            CpusetCpus = ReadSet(options, "cpusetcpus"),
            CpusetMems = ReadSet(options, "cpusetmems"),
        };
        return resources.Equals(new LinuxResources()) ? null : resources;
    }

    private static long? ReadNumber(ImmutableDictionary<string, string> options, string name, Func<long, bool> isValid)
    {
        var text = Text(options, name);
        if (text.Length == 0)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && isValid(value)
            ? value
            : throw new InvalidInputException($"invalid {name} value: {text}") { Hint = "give a positive number" };
    }

    private static string ReadSet(ImmutableDictionary<string, string> options, string name)
    {
        var text = Text(options, name);
        return text.Length == 0 || text.Split(',').All(part => part.Split('-') is { Length: <= 2 } ends && ends.All(end => ushort.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            ? text
            : throw new InvalidInputException($"invalid {name} value: {text}") { Hint = "write it as 0-3,5" };
    }

    private static ProxyEnv? ReadProxies(ImmutableSortedDictionary<string, string> arguments)
    {
        var proxies = new ProxyEnv();
        var hasAny = false;
        foreach (var (name, value) in arguments)
        {
            var isProxy = true;
            switch (name.ToUpperInvariant())
            {
                case "HTTP_PROXY":
                    proxies.HttpProxy = value;
                    break;
                case "HTTPS_PROXY":
                    proxies.HttpsProxy = value;
                    break;
                case "FTP_PROXY":
                    proxies.FtpProxy = value;
                    break;
                case "NO_PROXY":
                    proxies.NoProxy = value;
                    break;
                case "ALL_PROXY":
                    proxies.AllProxy = value;
                    break;
                default:
                    isProxy = false;
                    break;
            }

            hasAny |= isProxy;
        }

        return hasAny ? proxies : null;
    }
}
