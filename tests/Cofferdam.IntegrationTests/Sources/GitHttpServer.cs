using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>Serves the repositories of a directory over HTTP by <c>git http-backend</c>, or as files.</summary>
internal sealed class GitHttpServer : IAsyncDisposable
{
    private readonly string _root;
    private readonly GitServerKind _kind;
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public GitHttpServer(string root, GitServerKind kind = GitServerKind.Smart)
    {
        (_root, _kind) = (root, kind);
        var port = FindPort();
        Host = $"127.0.0.1:{port}";
        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Host { get; }

    /// <summary>The value of the Authorization header without which nothing is shown; null shows it to all.</summary>
    public string? Authorization { get; set; }

    /// <summary>The Authorization headers of all requests so far; empty where there was none.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = [];

    public string UrlOf(string name) => $"http://{Host}/{name}/.git";

    public static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await AnswerAsync(context.Request, context.Response);
                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var authorization = request.Headers["Authorization"] ?? string.Empty;
        Authorizations.Enqueue(authorization);
        if (Authorization is not null && authorization != Authorization)
        {
            response.StatusCode = 401;
            response.AddHeader("WWW-Authenticate", "Basic realm=git");
            return;
        }

        if (_kind != GitServerKind.Dumb)
        {
            await RunBackendAsync(request, response);
            return;
        }

        var file = _root + request.Url!.AbsolutePath;
        response.StatusCode = File.Exists(file) ? 200 : 404;
        if (File.Exists(file))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            response.ContentType = "text/plain";
            await response.OutputStream.WriteAsync(bytes);
        }
    }

    private async Task RunBackendAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var start = new ProcessStartInfo("git", ["http-backend"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["GIT_PROJECT_ROOT"] = _root;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["PATH_INFO"] = request.Url!.AbsolutePath;
        start.Environment["QUERY_STRING"] = request.Url.Query.TrimStart('?');
        start.Environment["REQUEST_METHOD"] = request.HttpMethod;
        start.Environment["CONTENT_TYPE"] = request.ContentType ?? string.Empty;
        start.Environment["HTTP_CONTENT_ENCODING"] = request.Headers["Content-Encoding"] ?? string.Empty;
        start.Environment["GIT_PROTOCOL"] = _kind == GitServerKind.Smart ? request.Headers["Git-Protocol"] ?? string.Empty : string.Empty;
        using var backend = Process.Start(start)!;
        await request.InputStream.CopyToAsync(backend.StandardInput.BaseStream);
        backend.StandardInput.Close();
        using var output = new MemoryStream();
        await backend.StandardOutput.BaseStream.CopyToAsync(output);
        await backend.WaitForExitAsync();
        var bytes = output.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var line in Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n"))
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            if (name == "Status")
            {
                response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            }
            else
            {
                response.AddHeader(name, value);
            }
        }

        await response.OutputStream.WriteAsync(bytes.AsMemory(end + 4));
    }
}
