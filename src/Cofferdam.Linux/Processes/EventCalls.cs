using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>epoll(7), pipes, and reads and writes that do not block.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5392", Justification = "libc is the process's own.")]
internal static partial class EventCalls
{
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const uint EPOLLIN = 1;
    internal const uint EPOLLOUT = 4;
    internal const uint EPOLLONESHOT = 1u << 30;
    internal const int CLOEXEC = 0x80000;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int O_NONBLOCK = 0x800;

    /// <summary>The kernel packs <c>epoll_event</c> on x86-64 only.</summary>
    internal static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(int events, int operation, int descriptor, in byte epollEvent);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_wait(int events, ref byte buffer, int count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int pipe2([Out] int[] ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(SafeHandle descriptor, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeHandle descriptor, ref byte buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(SafeHandle descriptor, in byte buffer, nuint count);
}
