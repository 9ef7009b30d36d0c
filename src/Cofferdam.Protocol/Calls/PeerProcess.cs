using System.Net.Sockets;
using System.Runtime.InteropServices;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>The process at the other end of a Unix socket, as the kernel knows it (unix(7), SO_PEERCRED): the one that connected.</summary>
/// <param name="Id">Its process id as seen from here.</param>
/// <param name="User">Its effective user id as seen from here, when it connected.</param>
public readonly record struct PeerProcess(int Id, uint User)
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED

    /// <summary>Who makes a call; null where it comes over something else than a Unix socket, or from where this process cannot see.</summary>
    public static PeerProcess? Of(ServerCallContext call) => (call as ServerCall)?.Caller;

    internal static PeerProcess? Of(Socket socket)
    {
        Span<int> credentials = stackalloc int[3]; // process, user, group
        return socket.AddressFamily == AddressFamily.Unix
            && socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials)) == 12
            && credentials[0] > 0
            ? new PeerProcess(credentials[0], (uint)credentials[1])
            : null;
    }
}
