using System.Net.Sockets;
using Cofferdam.Protocol.Calls;

namespace Cofferdam.Cli.DaemonControl;

/// <summary>Connects to addresses of daemons.</summary>
internal static class ChannelDialer
{
    /// <summary>A connection to <c>unix:///path</c> or <c>tcp://host:port</c>; throws a <see cref="SocketException"/> when nothing listens there.</summary>
    public static async Task<DaemonConnection> DialAsync(string address, CancellationToken cancellationToken)
    {
        var parsed = RpcAddress.Parse(address);
        var socket = parsed.CreateSocket();
        try
        {
            await socket.ConnectAsync(parsed.EndPoint, cancellationToken);
            var channel = RpcChannel.Over(new NetworkStream(socket, ownsSocket: true));
            return new DaemonConnection(channel.Calls, channel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
