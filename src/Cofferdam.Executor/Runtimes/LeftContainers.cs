using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Executor;

/// <summary>Ends containers whose daemon is gone, or whose runtime was killed.</summary>
internal sealed class LeftContainers(OciRuntime runtime, string stepsDirectory, TimeProvider clock)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
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
            await KillAsync(number => IsIn(number, id), cancellationToken);
            await WaitForRuntimeAsync(Path.Combine(directory, "bundle"), cancellationToken);
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

    // The runtime outlives its daemon, and tidies up when its container has ended: it must be done before its files are taken away.
    private async Task WaitForRuntimeAsync(string bundle, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await ForEachAsync(number => HasArgument(number, bundle), process => process.WaitAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await KillAsync(number => HasArgument(number, bundle), cancellationToken);
        }
    }

    // By the cgroup: it says for certain whose a process is, and needs none of the state, which may have been in memory.
    private static Task KillAsync(Func<int, bool> isWanted, CancellationToken cancellationToken) => ForEachAsync(isWanted, async process =>
    {
        process.Send(Signals.SIGKILL);
        await process.WaitAsync(cancellationToken);
    });

    private static async Task ForEachAsync(Func<int, bool> isWanted, Func<ProcessHandle, Task> work)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                continue;
            }

            // Held first and looked at after: the number cannot come to mean another process in between.
            using var process = ProcessHandle.TryOpen(number);
            if (process is not null && isWanted(number))
            {
                await work(process);
            }
        }
    }

    private static bool HasArgument(int process, string argument)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0').Contains(argument);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended meanwhile.
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
