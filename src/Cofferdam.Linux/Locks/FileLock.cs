using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>An exclusive lock on a file (flock(2)), between processes and within one. Disposing, or the process's end, gives it up; the file stays.</summary>
public sealed class FileLock : SafeHandleZeroOrMinusOneIsInvalid
{
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(20);

    private FileLock(nint descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Takes the lock, making the file where it is missing; null when someone has it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        var descriptor = MountCalls.Open(path, ProcessCalls.O_RDWR_CREAT_CLOEXEC, 0b110_000_000);
        Mounts.Check(descriptor, "open", path);
        var held = new FileLock(descriptor);
        while (ProcessCalls.Lock(descriptor, ProcessCalls.LOCK_EX | ProcessCalls.LOCK_NB) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Errno.EINTR)
            {
                continue;
            }

            held.Dispose();
            return error == Errno.EAGAIN ? null : throw new LinuxException(error, "flock", path);
        }

        return held;
    }

    /// <summary>Waits until the lock is free and takes it.</summary>
    public static async Task<FileLock> AcquireAsync(string path, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(path) is { } held)
            {
                return held;
            }

            await Task.Delay(s_retryAfter, timeProvider, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        new SafeFileHandle(handle, ownsHandle: true).Dispose();
        return true;
    }
}
