using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Stands before a server, as that to its clients, and keeps what it is asked.</summary>
internal sealed class CountingRelay : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });
    private readonly string _target;
    private readonly Task _serving;

    public CountingRelay(string target)
    {
        _target = target;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Host = $"localhost:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Host { get; }

    /// <summary>What was asked, as method and path.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What was written: requests that are neither GET nor HEAD.</summary>
    public IEnumerable<string> Writes => Requests.Where(request => !request.StartsWith("GET ", StringComparison.Ordinal) && !request.StartsWith("HEAD ", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _http.Dispose();
    }

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        while (true)
        {
            try
            {
                answers.Add(RelayAsync(await _listener.GetContextAsync()));
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                break;
            }
        }

        await Task.WhenAll(answers);
    }

    private async Task RelayAsync(HttpListenerContext context)
    {
        try
        {
            var asked = context.Request;
            Requests.Enqueue($"{asked.HttpMethod} {asked.Url!.AbsolutePath}");
            using var request = new HttpRequestMessage(new HttpMethod(asked.HttpMethod), new Uri(_target + asked.RawUrl, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            request.Content = asked.HasEntityBody || asked.HttpMethod is "PUT" or "POST" or "PATCH" ? new StreamContent(asked.InputStream) : null;
            foreach (var name in asked.Headers.AllKeys.OfType<string>().Where(name => name is not ("Connection" or "Transfer-Encoding")))
            {
                if (!request.Headers.TryAddWithoutValidation(name, asked.Headers[name]))
                {
                    request.Content?.Headers.TryAddWithoutValidation(name, asked.Headers[name]);
                }
            }

            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Content-Length" or "Transfer-Encoding" or "Connection" or "Keep-Alive")))
            {
                context.Response.Headers[name] = string.Join(", ", values);
            }

            if (answer.Content.Headers.ContentLength is { } length)
            {
                context.Response.ContentLength64 = length;
            }

            if (asked.HttpMethod != "HEAD")
            {
                await answer.Content.CopyToAsync(context.Response.OutputStream);
            }

            context.Response.Close();
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException or HttpRequestException or ProtocolViolationException or InvalidOperationException)
        {
            context.Response.Abort();
        }
    }
}
