using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>A mount namespace of the process's own: what it mounts ends with it, however it ends.</summary>
public static class PrivateMountNamespace
{
    private const string UnifiedCgroup = "/sys/fs/cgroup/unified";

    /// <summary>Whether this process is the one that <see cref="EnterAndReexec"/> started anew.</summary>
    public static bool IsEntered(string marker) => Environment.GetEnvironmentVariable(marker) is "1";

    /// <summary>Enters a new mount namespace and starts this program anew in it, under the same process id. Returns only by throwing.</summary>
    /// <remarks>The namespace receives the host's later mounts and gives none back. On a host with both cgroup versions, v2 is unmounted in it: crun before 1.9 refuses such a host.</remarks>
    /// <param name="arguments">The arguments after the program; null for those it was started with.</param>
    /// <param name="marker">A variable that is set to 1 in the new process, see <see cref="IsEntered"/>.</param>
    [DoesNotReturn]
    public static void EnterAndReexec(IReadOnlyList<string>? arguments, string marker)
    {
        var program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)?.FullName ?? Environment.ProcessPath!;
        var commandLine = arguments is null ? OwnCommandLine() : [OwnCommandLine()[0], .. arguments];

        // unshare(2) is for the calling thread only, and so is execve(2), which ends all others: nothing between may change threads.
        Mounts.Check(ProcessCalls.Unshare(ProcessCalls.CLONE_NEWNS), "unshare", "mount namespace");
        Mounts.Check(MountCalls.Mount(null, "/", null, MountCalls.MS_REC | MountCalls.MS_SLAVE, null), "mount", "/");
        HideUnifiedCgroup();
        _ = ProcessCalls.Execute(program, ToNative(commandLine), ToNative(OwnEnvironment(marker)));
        throw LinuxException.Last("execve", program);
    }

    /// <summary>Unmounts cgroup v2 where it is mounted beside v1; says whether it was.</summary>
    public static bool HideUnifiedCgroup() =>
        Directory.Exists(UnifiedCgroup)
        && FileSystemSpace.Of(UnifiedCgroup).Type == FileSystemSpace.Cgroup2
        && FileSystemSpace.Of("/sys/fs/cgroup").Type != FileSystemSpace.Cgroup2
        && Mounts.TryUnmount(UnifiedCgroup);

    private static List<string> OwnCommandLine() => [.. File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0')];

    private static IEnumerable<string> OwnEnvironment(string marker)
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if ((string)variable.Key != marker)
            {
                yield return $"{variable.Key}={variable.Value}";
            }
        }

        yield return marker + "=1";
    }

    // Never freed: the program is replaced, or the error ends it.
    private static nint[] ToNative(IEnumerable<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];
}
