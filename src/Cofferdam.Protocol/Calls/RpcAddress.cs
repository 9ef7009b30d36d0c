using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cofferdam.Model;

namespace Cofferdam.Protocol.Calls;

/// <summary>Where a daemon listens: <c>unix:///path</c> or <c>tcp://host:port</c>.</summary>
public sealed class RpcAddress
{
    private RpcAddress(EndPoint endPoint, string text) => (EndPoint, Text) = (endPoint, text);

    /// <summary>The address for a socket.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>The address as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads an address; throws <see cref="InvalidInputException"/>.</summary>
    public static RpcAddress Parse(string text)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal) && text.Length > "unix://".Length)
        {
            return new RpcAddress(new UnixDomainSocketEndPoint(text["unix://".Length..]), text);
        }

        if (text.StartsWith("tcp://", StringComparison.Ordinal))
        {
            var colon = text.LastIndexOf(':');
            var host = text["tcp://".Length..Math.Max("tcp://".Length, colon)].Trim('[', ']');
            if (host.Length > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                return new RpcAddress(IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port), text);
            }
        }

        throw new InvalidInputException($"invalid daemon address {Quote.Text(text)}") { Hint = "write it as unix:///path/of/socket or tcp://host:port" };
    }

    /// <summary>A socket that is neither connected nor bound, of the right kind.</summary>
    public Socket CreateSocket() => EndPoint is UnixDomainSocketEndPoint
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <inheritdoc/>
    public override string ToString() => Text;
}
