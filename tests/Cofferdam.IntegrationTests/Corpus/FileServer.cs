using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cofferdam.IntegrationTests.Corpus;

/// <summary>Serves the files below a directory over http, with an etag and a fixed time of last modification.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly string _directory;
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public FileServer(string directory)
    {
        _directory = directory;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The address of the directory, without a slash at its end.</summary>
    public string Address { get; }

    public void Dispose()
    {
        _listener.Close();
        _ = _serving; // Closing ended it.
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await AnswerAsync(context);
                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var response = context.Response;
        var path = Path.Combine(_directory, context.Request.Url!.AbsolutePath.TrimStart('/'));
        if (!File.Exists(path))
        {
            response.StatusCode = 404;
            return;
        }

        response.Headers["ETag"] = $"\"{new FileInfo(path).Length.ToString(CultureInfo.InvariantCulture)}-{path.GetHashCode(StringComparison.Ordinal):x}\"";
        response.Headers["Last-Modified"] = "Wed, 01 Jan 2020 10:00:00 GMT";
        if (context.Request.HttpMethod == "GET")
        {
            var content = await File.ReadAllBytesAsync(path);
            response.ContentLength64 = content.Length;
            await response.OutputStream.WriteAsync(content);
        }
    }
}
