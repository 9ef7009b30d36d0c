using System.Globalization;
using System.Net;

namespace Cofferdam.Dockerfile;

/// <summary>Understands the ports of EXPOSE.</summary>
internal static class PortList
{
    private const string Numbers = "ports are 0 to 65535, and a range begins with the lower one";

    /// <summary>The ports that a word such as <c>8000-8002/udp</c> names, as <c>8000/udp</c> each.</summary>
    public static IEnumerable<string> Parse(string text, Action<CheckRule> hit)
    {
        var parts = text.Split(':');
        var host = parts.Length > 1 ? parts[^2] : string.Empty;
        var address = string.Join(':', parts.Take(Math.Max(0, parts.Length - 2)));
        var slash = parts[^1].IndexOf('/', StringComparison.Ordinal);
        var ports = slash < 0 ? parts[^1] : parts[^1][..slash];
        var protocol = slash < 0 || slash == parts[^1].Length - 1 ? "tcp" : parts[^1][(slash + 1)..];
        if (ports.Length == 0)
        {
            throw DockerfileError.Meaning($"invalid port: {Quote.Text(text)}: no port specified", InstructionUsage.Of("EXPOSE"));
        }

        if (protocol.ToLowerInvariant() is not ("tcp" or "udp" or "sctp"))
        {
            throw DockerfileError.Meaning($"invalid port: {Quote.Text(text)}: invalid proto: {protocol}", DockerfileError.Suggest(protocol, ["tcp", "udp", "sctp"]) ?? "use tcp, udp or sctp");
        }

        if (protocol != protocol.ToLowerInvariant())
        {
            hit(CheckRules.ExposeProtoCasing);
        }

        if (parts.Length > 1)
        {
            hit(CheckRules.ExposeInvalidFormat);
        }

        if (address.Length > 0 && !IPAddress.TryParse(address.Trim('[', ']'), out _))
        {
            throw DockerfileError.Meaning($"invalid IP address: {address}", InstructionUsage.Of("EXPOSE"));
        }

        var (start, end) = ParseRange(ports) ?? throw DockerfileError.Meaning($"invalid containerPort: {ports}", Numbers);
        if (host.Length > 0)
        {
            var (hostStart, hostEnd) = ParseRange(host) ?? throw DockerfileError.Meaning($"invalid hostPort: {host}", Numbers);
            if (end != start && end - start != hostEnd - hostStart)
            {
                throw DockerfileError.Meaning($"invalid ranges specified for container and host Ports: {ports} and {host}", "both must have as many ports");
            }
        }

        return Enumerable.Range(start, end - start + 1).Select(port => $"{port}/{protocol.ToLowerInvariant()}");
    }

    private static (int Start, int End)? ParseRange(string text)
    {
        var ends = text.Split('-', 2);
        return TryParse(ends[0], out var start) && TryParse(ends[^1], out var end) && start <= end ? (start, end) : null;
    }

    private static bool TryParse(string text, out int port) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
}
