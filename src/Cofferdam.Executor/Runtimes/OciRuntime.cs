using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>A container runtime of this machine.</summary>
/// <param name="Name">Its name, for example <c>crun</c>.</param>
/// <param name="Path">The program.</param>
/// <param name="HasSeccomp">Whether it was built with seccomp.</param>
internal sealed partial record OciRuntime(string Name, string Path, bool HasSeccomp)
{
    private const string UnifiedCgroup = "/sys/fs/cgroup/unified";
    private static readonly string[] s_names = ["crun", "runc"];

    /// <summary>Whether it gives its terminal away over a socket while it waits for the container; runc does so only when it does not wait, and passes its own on instead.</summary>
    public bool SendsTerminal => Name == "crun";

    /// <summary>The first of crun and runc that can be used here, or the one asked for.</summary>
    public static async Task<OciRuntime> FindAsync(string? wanted, CancellationToken cancellationToken)
    {
        string? refused = null;
        foreach (var name in wanted is null ? s_names : [wanted])
        {
            if (FindProgram(name) is not { } path)
            {
                continue;
            }

            var about = await ReadVersionAsync(path, cancellationToken);
            if (RefusesBothCgroupVersions(about))
            {
                refused = name;
                continue;
            }

            return new OciRuntime(System.IO.Path.GetFileName(name), path, about.Contains("seccomp", StringComparison.OrdinalIgnoreCase));
        }

        throw refused is not null
            ? new UnsupportedException($"{refused} of this version cannot run where cgroup v2 is mounted beside v1") { Hint = $"install crun 1.9 or runc, or unmount {UnifiedCgroup}" }
            : new NotFoundException($"no container runtime: {Quote.Text(wanted ?? "crun")} is not in PATH") { Hint = "install crun or runc" };
    }

    /// <summary>What the program is given to do a thing with the containers of a state directory.</summary>
    public IReadOnlyList<string> Command(string stateDirectory, string logFile, params string[] command) =>
    [
        "--root", stateDirectory,
        "--log", Name == "crun" ? "file:" + logFile : logFile,
        "--log-format", "json",
        .. Name == "crun" ? (string[])["--cgroup-manager=cgroupfs"] : [],
        .. command,
    ];

    private static string? FindProgram(string name) => name.Contains('/', StringComparison.Ordinal)
        ? (File.Exists(name) ? name : null)
        : SearchPath().Select(directory => System.IO.Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    private static string[] SearchPath() => (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<string> ReadVersionAsync(string path, CancellationToken cancellationToken)
    {
        using var output = DescriptorPipe.Create();
        using var process = ChildProcess.Start(new ChildProcessOptions { Path = path, Arguments = ["--version"], Environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], StandardOutput = output.Writer });
        output.Writer.Dispose();
        using var reader = new StreamReader(new DescriptorStream(output.Reader), Encoding.UTF8);
        var text = await reader.ReadToEndAsync(cancellationToken);
        var code = await process.WaitAsync(cancellationToken);
        return code == 0 ? text : throw new UnsupportedException($"running {Quote.Text(path)} --version: it ended with exit code {code}");
    }

    // crun before 1.9 takes the mere mount of both versions as an error.
    private static bool RefusesBothCgroupVersions(string about) =>
        CrunVersion().Match(about) is { Success: true } match
        && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) == 1
        && int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) < 9
        && MountInfo.Read().Any(mount => mount.MountPoint == UnifiedCgroup);

    [GeneratedRegex(@"crun version (\d+)\.(\d+)")]
    private static partial Regex CrunVersion();
}
