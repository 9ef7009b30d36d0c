using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>Receives a descriptor over a unix socket (SCM_RIGHTS), as a container runtime sends a terminal.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5392", Justification = "libc is the process's own.")]
public static partial class DescriptorSocket
{
    private const int MSG_CMSG_CLOEXEC = 0x40000000;
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;

    /// <summary>Waits for a message and returns the descriptor that came with it; throws when none did.</summary>
    public static async Task<SafeFileHandle> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        _ = await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
        return Receive(socket.SafeHandle);
    }

    private static unsafe SafeFileHandle Receive(SafeSocketHandle socket)
    {
        var data = stackalloc byte[4096];
        var control = stackalloc byte[256];
        var vector = new Vector { Base = (nint)data, Length = 4096 };

        // SAFETY: every pointer is to this frame, which outlives the call.
        var message = new Message { Vectors = (nint)(&vector), VectorCount = 1, Control = (nint)control, ControlLength = 256 };
        var count = recvmsg(socket, ref message, MSG_CMSG_CLOEXEC);
        Mounts.Check(count, "recvmsg", string.Empty);

        // struct cmsghdr: length, level, type, then the descriptors.
        var header = (long*)control;
        var kind = (int*)(control + 8);
        if (message.ControlLength < 20 || header[0] < 20 || kind[0] != SOL_SOCKET || kind[1] != SCM_RIGHTS)
        {
            throw new LinuxException(Errno.ENODATA, "recvmsg", "descriptor");
        }

        return new SafeFileHandle(kind[2], ownsHandle: true);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(SafeSocketHandle socket, ref Message message, int flags);

    /// <summary>struct iovec.</summary>
    private struct Vector
    {
        public nint Base;
        public nint Length;
    }

    /// <summary>struct msghdr.</summary>
    private struct Message
    {
        public nint Name;
        public nint NameLength;
        public nint Vectors;
        public nint VectorCount;
        public nint Control;
        public nint ControlLength;
        public nint Flags;
    }
}
