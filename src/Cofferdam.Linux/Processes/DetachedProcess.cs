using System.Collections;
using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>A program started in a session of its own, without a terminal, that outlives who started it.</summary>
public sealed unsafe class DetachedProcess
{
    // O_WRONLY | O_CREAT | O_APPEND
    private const int AppendFlags = 0x1 | 0x40 | 0x400;

    // glibc: 80 and 336 bytes; musl: 80 and 336 as well.
    private const int OpaqueSize = 1024;

    private int? _exitCode;

    private DetachedProcess(int id) => Id = id;

    /// <summary>The number of the process.</summary>
    public int Id { get; }

    /// <summary>Whether this process may do what only root may.</summary>
    public static bool IsRoot => LibcSpawn.geteuid() == 0;

    /// <summary>Starts a program with standard input from <c>/dev/null</c> and both outputs appended to a file. Throws <see cref="LinuxException"/>.</summary>
    /// <param name="path">The executable, absolute.</param>
    /// <param name="arguments">Its arguments, the name it is started under first.</param>
    /// <param name="logPath">The file its outputs go to; made with mode 0600 when missing.</param>
    public static DetachedProcess Start(string path, IReadOnlyList<string> arguments, string logPath)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}").ToArray();
        var argv = MakeVector(arguments);
        var envp = MakeVector(variables);
        var nativePath = (byte*)Marshal.StringToCoTaskMemUTF8(path);
        var nativeLog = (byte*)Marshal.StringToCoTaskMemUTF8(logPath);
        var nullDevice = (byte*)Marshal.StringToCoTaskMemUTF8("/dev/null");
        // SAFETY: both opaque objects are larger than any libc's, initialised before use and destroyed after.
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        _ = LibcSpawn.posix_spawn_file_actions_init(actions);
        _ = LibcSpawn.posix_spawnattr_init(attributes);
        try
        {
            _ = LibcSpawn.posix_spawn_file_actions_addopen(actions, 0, nullDevice, 0, 0);
            _ = LibcSpawn.posix_spawn_file_actions_addopen(actions, 1, nativeLog, AppendFlags, 0x180);
            _ = LibcSpawn.posix_spawn_file_actions_adddup2(actions, 1, 2);
            // The default mask of a fresh attribute object is empty: the child blocks no signal.
            _ = LibcSpawn.posix_spawnattr_setflags(attributes, LibcSpawn.POSIX_SPAWN_SETSID | LibcSpawn.POSIX_SPAWN_SETSIGMASK);
            int id;
            var error = LibcSpawn.posix_spawn(&id, nativePath, actions, attributes, argv, envp);
            return error == 0 ? new DetachedProcess(id) : throw new LinuxException(error, "posix_spawn", path);
        }
        finally
        {
            _ = LibcSpawn.posix_spawn_file_actions_destroy(actions);
            _ = LibcSpawn.posix_spawnattr_destroy(attributes);
            FreeVector(argv);
            FreeVector(envp);
            Marshal.FreeCoTaskMem((nint)nativePath);
            Marshal.FreeCoTaskMem((nint)nativeLog);
            Marshal.FreeCoTaskMem((nint)nullDevice);
        }
    }

    /// <summary>Whether the process has ended already, and how: its exit code, or 128 plus the number of the signal.</summary>
    public bool HasExited(out int exitCode)
    {
        if (_exitCode is null)
        {
            int status;
            // SAFETY: waitpid writes one int.
            if (LibcSpawn.waitpid(Id, &status, LibcSpawn.WNOHANG) == Id)
            {
                _exitCode = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
            }
        }

        exitCode = _exitCode ?? 0;
        return _exitCode is not null;
    }

    private static byte** MakeVector(IReadOnlyList<string> items)
    {
        // SAFETY: one pointer an item and the terminating null; freed by FreeVector.
        var vector = (byte**)NativeMemory.AllocZeroed((nuint)items.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < items.Count; i++)
        {
            vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(items[i]);
        }

        return vector;
    }

    private static void FreeVector(byte** vector)
    {
        for (var item = vector; *item is not null; item++)
        {
            Marshal.FreeCoTaskMem((nint)(*item));
        }

        NativeMemory.Free(vector);
    }
}
