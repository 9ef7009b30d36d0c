using System.Globalization;
using System.Net;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>The options of the Dockerfile frontend, as buildx makes them of its flags.</summary>
internal static class FrontendAttributes
{
    /// <summary>Adds what the options say.</summary>
    public static void Add(IDictionary<string, string> attributes, BuildOptions options, CommandConsole console)
    {
        Set(attributes, "target", options.Target);
        AddArguments(attributes, options, console);
        foreach (var label in options.Labels)
        {
            var (key, value) = Split(label);
            attributes["label:" + key] = value ?? string.Empty;
        }

        if (options.NoCache || options.NoCacheFilter.Count > 0)
        {
            attributes["no-cache"] = options.NoCache ? string.Empty : string.Join(',', options.NoCacheFilter);
        }

        Set(attributes, "image-resolve-mode", options.Pull ? "pull" : null);
        Set(attributes, "platform", options.Platforms.Count > 0 ? string.Join(',', options.Platforms.Select(platform => CommandWords.Platform(platform).ToString())) : null);
        Set(attributes, "add-hosts", options.Hosts.Count > 0 ? CsvFields.Join(options.Hosts.Select(HostOf)) : null);
        Set(attributes, "force-network-mode", NetworkOf(options.Network));
        Set(attributes, "cgroup-parent", options.CgroupParent);
        Set(attributes, "ulimit", options.Limits.Count > 0 ? CsvFields.Join(options.Limits.Select(LimitOf)) : null);
        if (options.SharedMemory is not null && ByteCount.Parse(options.SharedMemory, "--shm-size") is > 0 and var size)
        {
            attributes["shm-size"] = size.ToString(CultureInfo.InvariantCulture);
        }

        Set(attributes, SealAttributes.Mode, SealFlag.Check(options.Seal) ?? "enforce");
        Set(attributes, SealAttributes.Allowances, string.Join('\n', options.SealAllowances));
        foreach (var (kind, value) in options.Attestations)
        {
            attributes["attest:" + kind] = value;
        }

        Set(attributes, "requestid", options.Call?.Method);
        if (options.Call is not null)
        {
            attributes["frontend.caps"] = "moby.buildkit.frontend.subrequests";
        }
    }

    private static void AddArguments(IDictionary<string, string> attributes, BuildOptions options, CommandConsole console)
    {
        foreach (var argument in options.BuildArguments)
        {
            var (key, value) = Split(argument);
            if (key.Length == 0)
            {
                throw new UsageException($"invalid build argument {Quote.Text(argument)}: it has no name");
            }

            value ??= console.Variable(key);
            if (value is not null)
            {
                attributes["build-arg:" + key] = value;
            }
        }
    }

    private static string HostOf(string text)
    {
        var separator = text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals ? equals : text.IndexOf(':', StringComparison.Ordinal);
        if (separator <= 0)
        {
            throw new UsageException($"invalid host {Quote.Text(text)}") { Hint = "write it as NAME:ADDRESS" };
        }

        var (name, address) = (text[..separator], text[(separator + 1)..].TrimStart('[').TrimEnd(']'));
        return address == "host-gateway" || IPAddress.TryParse(address, out _)
            ? $"{name}={address}"
            : throw new UsageException($"invalid address {Quote.Text(address)} of host {Quote.Text(name)}");
    }

    private static string? NetworkOf(string? network) => network switch
    {
        null or "" or "default" => null,
        "none" or "host" => network,
        _ => throw new UsageException($"network mode {Quote.Text(network)} is not supported") { Hint = "it is default, none or host" },
    };

    private static string LimitOf(string text)
    {
        var (name, value) = Split(text);
        var parts = value?.Split(':') ?? [];
        if (name.Length == 0 || parts.Length is 0 or > 2 || !parts.All(part => long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
        {
            throw new UsageException($"invalid limit {Quote.Text(text)}") { Hint = "write it as NAME=SOFT[:HARD], for example nofile=1024:2048" };
        }

        return $"{name}={parts[0]}:{parts[^1]}";
    }

    private static void Set(IDictionary<string, string> attributes, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            attributes[key] = value;
        }
    }

    private static (string Key, string? Value) Split(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);
}
