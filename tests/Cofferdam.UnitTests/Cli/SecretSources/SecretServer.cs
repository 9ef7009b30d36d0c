using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>A server of HTTP on this machine. What it does not expect it notes as a problem, by which its test fails.</summary>
internal sealed class SecretServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _held = [];
    private readonly Func<SecretRequest, SecretReply> _answer;
    private readonly X509Certificate2? _certificate;
    private int _count;

    public SecretServer(Func<SecretRequest, SecretReply> answer, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        Root = $"{(certificate is null ? "http" : "https")}://{_listener.LocalEndpoint}";
        _ = ServeAsync();
    }

    /// <summary>Its address, without a slash at the end.</summary>
    public string Root { get; }

    /// <summary>What it was asked that it should not have been.</summary>
    public ConcurrentQueue<string> Problems { get; } = new();

    /// <summary>How many requests came.</summary>
    public int Count => _count;

    /// <summary>How many of the next connections break.</summary>
    public int Breaks { get; set; }

    /// <summary>How many of the next requests are told to come again.</summary>
    public int Refusals { get; set; }

    /// <summary>Whether it never answers.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What it answers to everything.</summary>
    public SecretReply? Broken { get; set; }

    public void Dispose()
    {
        _listener.Stop();
        foreach (var socket in _held)
        {
            socket.Dispose();
        }
    }

    // One at a time: that is what clients here do.
    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync();
                _held.Add(socket);
                await AnswerAsync(socket);
            }
            catch (Exception error) when (error is IOException or AuthenticationException)
            {
                // The client has gone.
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return; // it was stopped
            }
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        await using var stream = await OpenAsync(socket);
        if (await ReadAsync(stream) is not { } request)
        {
            return;
        }

        Interlocked.Increment(ref _count);
        if (IsSilent)
        {
            await stream.CopyToAsync(Stream.Null); // until the client gives up
            return;
        }

        if (Breaks > 0)
        {
            Breaks--;
            socket.Close(0);
            return;
        }

        var reply = Broken ?? (Refusals-- > 0 ? new SecretReply(503, "{}") : Ask(request));
        var body = Encoding.UTF8.GetBytes(reply.Body);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status} Status\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body);
        socket.Shutdown(SocketShutdown.Send);
        await stream.CopyToAsync(Stream.Null);
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        var stream = new NetworkStream(socket);
        if (_certificate is null)
        {
            return stream;
        }

        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(_certificate);
        return secured;
    }

    private static async Task<SecretRequest?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new NameValueCollection(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1).Select(line => line.Split(": ", 2)))
        {
            headers.Add(line[0], line[1]);
        }

        var body = new byte[int.Parse(headers["Content-Length"] ?? "0", CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        return new SecretRequest(lines[0].Split(' ')[0], lines[0].Split(' ')[1], headers, body);
    }

    private SecretReply Ask(SecretRequest request)
    {
        try
        {
            return _answer(request);
        }
        catch (Exception error) when (error is Xunit.Sdk.XunitException or KeyNotFoundException or FormatException)
        {
            Problems.Enqueue($"{request.Method} {request.Target}: {error.Message}");
            return new SecretReply(418, "{}");
        }
    }
}
