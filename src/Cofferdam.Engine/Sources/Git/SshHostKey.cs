using System.Net.Sockets;
using System.Security.Cryptography;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Asks an ssh server for its key, as <c>ssh-keyscan</c> does: the handshake of RFC 4253 goes as far as the server tells it.</summary>
public static class SshHostKey
{
    private const int DefaultPort = 22;

    // A host that drops what is sent to it must not hold a build up.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>The line of known_hosts for the key that a host shows; null where it cannot be had.</summary>
    /// <param name="host">The host, with its port where that is not 22; an IPv6 address with a port is in brackets.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<string?> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (Split(host) is not (var name, var port))
        {
            return null;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(_patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(name, port, stop.Token);
            await using var stream = client.GetStream();
            var key = await new SshHandshake(stream).RunAsync(stop.Token);
            return key is null ? null : $"{(port == DefaultPort ? name : $"[{name}]:{port}")} {new SshReader(key).Text()} {Convert.ToBase64String(key)}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or SocketException or InvalidDataException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static (string Name, int Port)? Split(string host)
    {
        if (!Uri.TryCreate("ssh://" + host, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || uri.AbsolutePath.Trim('/').Length > 0)
        {
            return null;
        }

        return (uri.Host.Trim('[', ']'), uri.IsDefaultPort || uri.Port < 0 ? DefaultPort : uri.Port);
    }
}
