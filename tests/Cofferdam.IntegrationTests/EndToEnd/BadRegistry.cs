using System.Net;
using System.Net.Sockets;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A registry of one small image, which it serves right or wrong: the first part of a repository's name says how.</summary>
internal sealed class BadRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;
    private readonly byte[] _layer;
    private readonly byte[] _config;
    private readonly byte[] _manifest;

    public BadRegistry(byte[] layer, Digest diffId)
    {
        _layer = layer;
        _config = Encoding.UTF8.GetBytes($$$"""{"architecture":"{{{Platform.Host.Architecture}}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{diffId}}}"]}}""");
        _manifest = Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"mediaType":"{{{ManifestType}}}",
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{Digest.Of(_config)}}}","size":{{{_config.Length}}}},
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{Digest.Of(layer)}}}","size":{{{layer.Length}}}}]}
            """);
        Host = $"localhost:{FreePort()}";
        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>What names of its images begin with.</summary>
    public string Host { get; }

    /// <summary>Set when half of a layer was sent and no more will come.</summary>
    public Task Stalled => _stalled.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Close();
        await _serving;
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                answers.Add(ServeAsync(await _listener.GetContextAsync()));
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The listener was closed.
            }
        }

        await Task.WhenAll(answers);
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        try
        {
            await AnswerAsync(context.Request.HttpMethod, context.Request.Url!.AbsolutePath, context.Response);
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The client has gone, or the test has ended.
        }
    }

    private Task AnswerAsync(string method, string path, HttpListenerResponse response)
    {
        var kind = path.Split('/') is [_, "v2", var first, ..] ? first : string.Empty;
        return kind switch
        {
            "read-only" when method == "POST" => RefuseAsync(response, HttpStatusCode.Forbidden, "DENIED", "pushing is not allowed here"),
            "denied" => RefuseAsync(response, HttpStatusCode.Forbidden, "DENIED", "requested access to the resource is denied"),
            "private" => AskForPasswordAsync(response),
            "broken" => RefuseAsync(response, HttpStatusCode.InternalServerError, "UNKNOWN", "out of order"),
            "unknown" when path.Contains("/manifests/", StringComparison.Ordinal) => RefuseAsync(response, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN", "manifest unknown"),
            _ when path.Contains("/manifests/", StringComparison.Ordinal) => SendAsync(response, kind == "lying-manifest" ? Changed(_manifest) : _manifest, ManifestType, Digest.Of(_manifest)),
            _ when path.EndsWith(Digest.Of(_config).ToString(), StringComparison.Ordinal) => SendAsync(response, _config, null, null),
            "stalling" when path.EndsWith(Digest.Of(_layer).ToString(), StringComparison.Ordinal) => SendHalfAsync(response, _layer),
            _ when path.EndsWith(Digest.Of(_layer).ToString(), StringComparison.Ordinal) => SendAsync(response, kind == "lying-layer" ? Changed(_layer) : _layer, null, null),
            _ => RefuseAsync(response, HttpStatusCode.NotFound, "BLOB_UNKNOWN", "blob unknown"),
        };
    }

    private async Task SendHalfAsync(HttpListenerResponse response, byte[] content)
    {
        response.ContentLength64 = content.Length;
        await response.OutputStream.WriteAsync(content.AsMemory(0, content.Length / 2));
        await response.OutputStream.FlushAsync();
        _stalled.TrySetResult();
        await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    private static byte[] Changed(byte[] content) => [.. content[..^1], (byte)(content[^1] ^ 1)];

    private static Task AskForPasswordAsync(HttpListenerResponse response)
    {
        response.Headers["WWW-Authenticate"] = "Basic realm=\"registry\"";
        return RefuseAsync(response, HttpStatusCode.Unauthorized, "UNAUTHORIZED", "authentication required");
    }

    private static Task RefuseAsync(HttpListenerResponse response, HttpStatusCode status, string code, string message)
    {
        response.StatusCode = (int)status;
        return SendAsync(response, Encoding.UTF8.GetBytes($$$"""{"errors":[{"code":"{{{code}}}","message":"{{{message}}}"}]}"""), "application/json", null);
    }

    private static async Task SendAsync(HttpListenerResponse response, byte[] content, string? type, Digest? digest)
    {
        response.ContentType = type ?? "application/octet-stream";
        if (digest is { } known)
        {
            response.Headers["Docker-Content-Digest"] = known.ToString();
        }

        response.ContentLength64 = content.Length;
        await response.OutputStream.WriteAsync(content);
        response.Close();
    }
}
