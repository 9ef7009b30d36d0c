using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>The server of the tutorial: greets whoever has the right credentials by name.</summary>
internal sealed class CompanyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public CompanyServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}/";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var reader = new StreamReader(stream);
                var name = "guest";
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    name = line == "Authorization: Basic " + Convert.ToBase64String("admin:password"u8) ? "Admin" : name;
                }

                var body = $"Hello, {name}\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.0 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
        catch (ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
