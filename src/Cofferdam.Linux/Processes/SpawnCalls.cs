using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>posix_spawn(3), waitpid(2), pidfds; the opaque structures are given as memory larger than any libc's.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5392", Justification = "libc is the process's own.")]
internal static partial class SpawnCalls
{
    internal const int StructureBytes = 1024; // glibc: attributes 336, actions 80, sets 128
    internal const short POSIX_SPAWN_SETPGROUP = 2;
    internal const short POSIX_SPAWN_SETSIGDEF = 4;
    internal const short POSIX_SPAWN_SETSIGMASK = 8;
    internal const int WNOHANG = 1;
    internal const int SYS_pidfd_send_signal = 424;
    internal const int SYS_pidfd_open = 434;

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_init(nint actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_destroy(nint actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_adddup2(nint actions, int descriptor, int target);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn_file_actions_addchdir_np(nint actions, string path);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_init(nint attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_destroy(nint attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setflags(nint attributes, short flags);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setpgroup(nint attributes, int group);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigdefault(nint attributes, nint set);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigmask(nint attributes, nint set);

    [LibraryImport("libc")]
    internal static partial int sigfillset(nint set);

    [LibraryImport("libc")]
    internal static partial int sigemptyset(nint set);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn(out int process, string path, nint actions, nint attributes, [In] nint[] arguments, [In] nint[] environment);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int waitpid(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint pidfd_open(nint number, nint process, nint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint pidfd_send_signal(nint number, nint descriptor, nint signal, nint information, nint flags);
}
