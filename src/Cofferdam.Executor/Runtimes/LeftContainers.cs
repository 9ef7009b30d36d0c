using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Executor;

/// <summary>Ends containers whose daemon is gone, or whose runtime was killed.</summary>
internal sealed class LeftContainers(OciRuntime runtime, string stepsDirectory)
{
    private static readonly string[] s_environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];

    /// <summary>Removes all of them, with their files.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(stepsDirectory))
        {
            return;
        }

        foreach (var directory in Directory.EnumerateDirectories(stepsDirectory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = Path.GetFileName(directory);
            await KillAsync(id, cancellationToken);
            var state = Path.Combine(directory, "bundle", "state");
            if (Directory.Exists(Path.Combine(state, id)))
            {
                await DeleteAsync(runtime, state, id);
            }

            RemoveCgroups(id);
            Mounts.DetachBelow(directory);
            using var root = RootedDirectory.Open(stepsDirectory);
            root.RemoveTree(id);
        }
    }

    /// <summary>Has the runtime kill and forget a container.</summary>
    public static async Task DeleteAsync(OciRuntime runtime, string state, string id)
    {
        using var process = ChildProcess.Start(new ChildProcessOptions { Path = runtime.Path, Arguments = runtime.Command(state, "/dev/null", "delete", "--force", id), Environment = s_environment });
        await process.WaitAsync(CancellationToken.None);
    }

    // By the cgroup: it says for certain whose a process is, and needs none of the state, which may have been in memory.
    private static async Task KillAsync(string id, CancellationToken cancellationToken)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                continue;
            }

            using var process = ProcessHandle.TryOpen(number);
            if (process is not null && IsIn(number, id))
            {
                process.Send(Signals.SIGKILL);
                await process.WaitAsync(cancellationToken);
            }
        }
    }

    private static bool IsIn(int process, string id)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/cgroup").Any(line => line.EndsWith("/cofferdam/" + id, StringComparison.Ordinal));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended meanwhile.
        }
    }

    private static void RemoveCgroups(string id)
    {
        foreach (var mount in MountInfo.Read().Where(mount => mount.FileSystemType is "cgroup" or "cgroup2"))
        {
            try
            {
                var path = Path.Combine(mount.MountPoint, "cofferdam", id);
                if (Directory.Exists(path))
                {
                    using var parent = RootedDirectory.Open(Path.Combine(mount.MountPoint, "cofferdam"));
                    parent.RemoveDirectory(id);
                }
            }
            catch (LinuxException)
            {
                // Busy for a moment more; an empty cgroup costs nothing.
            }
        }
    }
}
