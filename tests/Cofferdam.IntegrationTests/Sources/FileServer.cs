using System.Collections.Concurrent;
using System.Net;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>Serves bytes by path over HTTP and notes what was asked of it.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public FileServer()
    {
        Host = $"127.0.0.1:{GitHttpServer.FindPort()}";
        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Host { get; }

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Headers of every answer.</summary>
    public ConcurrentDictionary<string, string> Headers { get; } = new();

    /// <summary>Where a path leads to.</summary>
    public ConcurrentDictionary<string, string> Redirects { get; } = new();

    /// <summary>The status, path and Authorization header of each request.</summary>
    public ConcurrentQueue<(int Status, string Path, string Authorization)> Requests { get; } = new();

    /// <summary>Whether the condition of a request is looked at.</summary>
    public bool KnowsConditions { get; set; } = true;

    public string? Authorization { get; set; }

    public string UrlOf(string path) => $"http://{Host}/{path}";

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
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url!.AbsolutePath.TrimStart('/');
        var authorization = request.Headers["Authorization"] ?? string.Empty;
        foreach (var (name, value) in Headers)
        {
            response.AddHeader(name, value);
        }

        var isSame = KnowsConditions
            && ((request.Headers["If-None-Match"] is { } tag && tag == response.Headers["ETag"]) || (request.Headers["If-Modified-Since"] is { } time && time == response.Headers["Last-Modified"]));
        response.StatusCode = Authorization is not null && authorization != Authorization ? 401
            : Redirects.ContainsKey(path) ? 302
            : !Files.ContainsKey(path) ? 404
            : isSame ? 304 : 200;
        Requests.Enqueue((response.StatusCode, path, authorization));
        if (response.StatusCode == 302)
        {
            response.AddHeader("Location", Redirects[path]);
        }

        try
        {
            response.Close(response.StatusCode == 200 ? Files[path] : [], willBlock: true);
        }
        catch (HttpListenerException)
        {
            // The client did not want the rest.
        }

        await Task.CompletedTask;
    }
}
