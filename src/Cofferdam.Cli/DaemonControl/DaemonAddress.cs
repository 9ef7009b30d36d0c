using System.Text;
using Cofferdam.Cli.Terminal;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Cli.DaemonControl;

/// <summary>Which daemon a command talks to.</summary>
/// <param name="Root">The state directory of this machine's daemon.</param>
/// <param name="Address">Where it listens, as <c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="IsOwn">Whether it is this machine's own, which is started when it does not run.</param>
internal sealed record DaemonAddress(string Root, string Address, bool IsOwn)
{
    // unix(7): sun_path has 108 bytes, the terminating null among them.
    private const int LongestSocketPath = 107;

    /// <summary>The daemon that flags and environment name.</summary>
    public static DaemonAddress Find(string? host, string? root, CommandConsole console)
    {
        var directory = console.FullPath(First(root, console.Variable("COFFER_ROOT")) ?? DefaultRoot(console));
        var named = First(host, console.Variable("COFFER_HOST"), console.Variable("BUILDKIT_HOST"));
        return named is null
            ? new DaemonAddress(directory, "unix://" + SocketOf(directory, console), IsOwn: true)
            : new DaemonAddress(directory, Check(named), IsOwn: false);
    }

    /// <summary>The configuration file that a daemon reads when none is named; null when there is none.</summary>
    public static string? FindConfiguration(CommandConsole console)
    {
        var directory = DetachedProcess.IsRoot ? "/etc" : First(console.Variable("XDG_CONFIG_HOME")) ?? Path.Combine(console.Variable("HOME") ?? "/", ".config");
        var path = Path.Combine(directory, "cofferdam", "cofferd.toml");
        return File.Exists(path) ? path : null;
    }

    private static string SocketOf(string root, CommandConsole console)
    {
        var path = Path.Combine(root, "run", "cofferd.sock");
        if (Encoding.UTF8.GetByteCount(path) <= LongestSocketPath)
        {
            return path;
        }

        var name = "cofferd-" + Digest.Of(Encoding.UTF8.GetBytes(root)).Hex[..16] + ".sock";
        var directory = DetachedProcess.IsRoot ? "/run" : First(console.Variable("XDG_RUNTIME_DIR")) ?? "/tmp";
        return Path.Combine(directory, name);
    }

    private static string DefaultRoot(CommandConsole console) => DetachedProcess.IsRoot
        ? "/var/lib/cofferdam"
        : Path.Combine(First(console.Variable("XDG_DATA_HOME")) ?? Path.Combine(console.Variable("HOME") ?? "/tmp", ".local/share"), "cofferdam");

    private static string Check(string address)
    {
        if (address.StartsWith("unix://", StringComparison.Ordinal) || address.StartsWith("tcp://", StringComparison.Ordinal))
        {
            return address;
        }

        throw new UnsupportedException($"cannot connect to {Quote.Text(address)}: only unix:// and tcp:// addresses are supported")
        {
            Hint = "write it as unix:///path/to/socket or tcp://host:port",
        };
    }

    private static string? First(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrEmpty(value))
            {
                return value;
            }
        }

        return null;
    }
}
