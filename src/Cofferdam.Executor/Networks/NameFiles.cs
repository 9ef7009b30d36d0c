using System.Collections.Concurrent;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>The hosts and resolver files that steps see. Equal contents are one file, mounted read-only.</summary>
internal sealed class NameFiles(string directory, string resolverFile)
{
    private const string DefaultHostName = "buildkitsandbox";
    private const string StubBypass = "/run/systemd/resolve/resolv.conf";
    private readonly ConcurrentDictionary<string, string> _files = new();

    /// <summary>A hosts file for a process.</summary>
    public string GetHosts(ProcessSpec spec) => GetFile("hosts", FormatHosts(spec));

    /// <summary>A resolver file for a process.</summary>
    public string GetResolver(bool isHostNetwork) => GetFile("resolv.conf", FormatResolver(isHostNetwork));

    internal static string FormatHosts(ProcessSpec spec)
    {
        var text = new StringBuilder();
        var name = spec.HostName.Length == 0 ? DefaultHostName : spec.HostName;
        text.Append("127.0.0.1\tlocalhost ").Append(name).Append("\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        foreach (var (host, address) in spec.ExtraHosts)
        {
            text.Append(address).Append('\t').Append(host).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The host's file; outside the host's network name servers on its loopback cannot be reached and are left out (BuildKit, Moby's resolvconf).</summary>
    internal static string FilterResolver(string text)
    {
        var lines = text.Split('\n').Where(line => !IsLoopbackServer(line)).ToList();
        if (!lines.Exists(line => line.StartsWith("nameserver", StringComparison.Ordinal)))
        {
            lines.AddRange(["nameserver 8.8.8.8", "nameserver 8.8.4.4", string.Empty]);
        }

        return string.Join('\n', lines);
    }

    private static bool IsLoopbackServer(string line) =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["nameserver", var address, ..]
        && (address.StartsWith("127.", StringComparison.Ordinal) || address == "::1");

    private string FormatResolver(bool isHostNetwork)
    {
        var text = File.Exists(resolverFile) ? File.ReadAllText(resolverFile) : string.Empty;
        if (isHostNetwork)
        {
            return text;
        }

        // systemd's stub answers on the host's loopback only; it keeps the real servers in another file.
        var servers = text.Split('\n').Where(line => line.StartsWith("nameserver", StringComparison.Ordinal)).ToList();
        if (servers is [var only] && only.Contains("127.0.0.53", StringComparison.Ordinal) && File.Exists(StubBypass))
        {
            text = File.ReadAllText(StubBypass);
        }

        return FilterResolver(text);
    }

    private string GetFile(string name, string content) => _files.GetOrAdd(name + "\0" + content, _ =>
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{name}-{Digest.Of(content).Hex[..16]}");
        var draft = path + "." + Guid.NewGuid().ToString("N");
        File.WriteAllText(draft, content);
        File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Move(draft, path, overwrite: true);
        return path;
    });
}
