using System.Net.Sockets;
using Cofferdam.Model;
using Grpc.Net.Client;

namespace Cofferdam.Cli.DaemonControl;

/// <summary>Connects to addresses of daemons.</summary>
internal static class ChannelDialer
{
    /// <summary>A connection to <c>unix:///path</c> or <c>tcp://host:port</c>; throws a <see cref="SocketException"/> when nothing listens there.</summary>
    public static async Task<DaemonConnection> DialAsync(string address, CancellationToken cancellationToken)
    {
        NetworkStream? first = await OpenAsync(address, cancellationToken);
        var handler = new SocketsHttpHandler
        {
            // The first connection is the one that proved that somebody listens.
            ConnectCallback = async (_, token) => Interlocked.Exchange(ref first, null) ?? await OpenAsync(address, token),
            EnableMultipleHttp2Connections = true,
        };
        var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
        });
        return new DaemonConnection(channel.CreateCallInvoker(), new Owned(channel, first));
    }

    private static async Task<NetworkStream> OpenAsync(string address, CancellationToken cancellationToken)
    {
        var isUnix = address.StartsWith("unix://", StringComparison.Ordinal);
        var socket = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (isUnix)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address["unix://".Length..]), cancellationToken);
            }
            else if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Port > 0)
            {
                await socket.ConnectAsync(uri.Host, uri.Port, cancellationToken);
            }
            else
            {
                throw new UsageException($"invalid address {Quote.Text(address)}") { Hint = "write it as unix:///path/to/socket or tcp://host:port" };
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Owned(GrpcChannel channel, NetworkStream? first) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            channel.Dispose();
            first?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
