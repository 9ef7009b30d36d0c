using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>A program that this process started, in a process group of its own, with default signals and three descriptors only.</summary>
/// <remarks>Disposing does not end it: <see cref="WaitAsync"/> is to be awaited, else a zombie remains.</remarks>
public sealed class ChildProcess : IDisposable
{
    private readonly ProcessHandle _handle;

    private ChildProcess(int id, ProcessHandle handle) => (Id, _handle) = (id, handle);

    /// <summary>Its process id, which is its group's too.</summary>
    public int Id { get; }

    /// <summary>Starts a program; throws when it cannot be executed.</summary>
    public static ChildProcess Start(ChildProcessOptions options)
    {
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        SafeHandle[] descriptors = [options.StandardInput ?? nothing, options.StandardOutput ?? nothing, options.StandardError ?? nothing];
        var held = new bool[descriptors.Length];
        var arguments = ToNative([options.Path, .. options.Arguments]);
        var environment = ToNative(options.Environment);
        try
        {
            for (var index = 0; index < descriptors.Length; index++)
            {
                descriptors[index].DangerousAddRef(ref held[index]);
            }

            var process = Spawn(options, descriptors, arguments, environment);
            return new ChildProcess(process, ProcessHandle.Open(process));
        }
        finally
        {
            Free(arguments);
            Free(environment);
            for (var index = 0; index < descriptors.Length; index++)
            {
                if (held[index])
                {
                    descriptors[index].DangerousRelease();
                }
            }
        }
    }

    /// <summary>Waits for its end and returns its exit code, 128 + n when signal n ended it. To be called once.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _handle.WaitAsync(cancellationToken);
        int status;
        while (SpawnCalls.waitpid(Id, out status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw LinuxException.Last("waitpid", string.Empty);
            }
        }

        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    /// <summary>Sends it a signal; false when it has ended.</summary>
    public bool Send(int signal) => _handle.Send(signal);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static int Spawn(ChildProcessOptions options, SafeHandle[] descriptors, nint[] arguments, nint[] environment)
    {
        var memory = Marshal.AllocHGlobal(4 * SpawnCalls.StructureBytes);
        var (actions, attributes) = (memory, memory + SpawnCalls.StructureBytes);
        var (all, none) = (memory + (2 * SpawnCalls.StructureBytes), memory + (3 * SpawnCalls.StructureBytes));
        try
        {
            Check(SpawnCalls.posix_spawn_file_actions_init(actions), options.Path);
            Check(SpawnCalls.posix_spawnattr_init(attributes), options.Path);
            for (var index = 0; index < descriptors.Length; index++)
            {
                Check(SpawnCalls.posix_spawn_file_actions_adddup2(actions, (int)descriptors[index].DangerousGetHandle(), index), options.Path);
            }

            if (options.WorkingDirectory is { } directory)
            {
                Check(SpawnCalls.posix_spawn_file_actions_addchdir_np(actions, directory), directory);
            }

            // .NET ignores SIGPIPE, and what is ignored stays so over execve(2).
            _ = SpawnCalls.sigfillset(all);
            _ = SpawnCalls.sigemptyset(none);
            Check(SpawnCalls.posix_spawnattr_setsigdefault(attributes, all), options.Path);
            Check(SpawnCalls.posix_spawnattr_setsigmask(attributes, none), options.Path);
            Check(SpawnCalls.posix_spawnattr_setpgroup(attributes, 0), options.Path);
            Check(SpawnCalls.posix_spawnattr_setflags(attributes, SpawnCalls.POSIX_SPAWN_SETPGROUP | SpawnCalls.POSIX_SPAWN_SETSIGDEF | SpawnCalls.POSIX_SPAWN_SETSIGMASK), options.Path);
            Check(SpawnCalls.posix_spawn(out var process, options.Path, actions, attributes, arguments, environment), options.Path);
            _ = SpawnCalls.posix_spawn_file_actions_destroy(actions);
            _ = SpawnCalls.posix_spawnattr_destroy(attributes);
            return process;
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    private static void Check(int error, string subject)
    {
        if (error != 0)
        {
            throw new LinuxException(error, "posix_spawn", subject);
        }
    }

    private static nint[] ToNative(IReadOnlyList<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private static void Free(nint[] texts)
    {
        foreach (var text in texts)
        {
            Marshal.FreeCoTaskMem(text);
        }
    }
}
