using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Cofferdam.Testing;

/// <summary>A stand-in for the service in which GitHub Actions keeps caches, in both versions, and for the blob storage behind the second. It refuses what the real one does.</summary>
public sealed class GitHubCacheServer : IAsyncDisposable
{
    private const string Twirp = "/twirp/github.actions.results.api.v1.CacheService/";
    private const string Artifacts = "/_apis/artifactcache/";

    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly Lock _lock = new(); // guards _entries
    private readonly List<Entry> _entries = [];

    /// <summary>Listens.</summary>
    public GitHubCacheServer()
    {
        Address = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _serving = ServeAsync();
        Token = $"{Encode("""{"alg":"none"}""")}.{Encode("""{"ac":"[{\"Scope\":\"refs/heads/topic\",\"Permission\":3},{\"Scope\":\"refs/heads/main\",\"Permission\":1}]","exp":4102444800,"nbf":1}""")}.{Encode("x")}";
    }

    /// <summary>Where it is.</summary>
    public string Address { get; }

    /// <summary>A token that it takes.</summary>
    public string Token { get; }

    /// <summary>What it was asked, as method and path.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>How many of the next requests it answers with 429.</summary>
    public int Refusals { get; set; }

    /// <summary>The keys of what can be found.</summary>
    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries.Where(entry => entry.IsDone).Select(entry => entry.Key)];
            }
        }
    }

    /// <summary>Removes entries.</summary>
    public void Remove(Func<string, bool> keys)
    {
        lock (_lock)
        {
            _entries.RemoveAll(entry => keys(entry.Key));
        }
    }

    /// <summary>Replaces the content of entries.</summary>
    public void Damage(Func<string, bool> keys)
    {
        lock (_lock)
        {
            _entries.Where(entry => keys(entry.Key)).ToList().ForEach(entry => entry.Content[entry.Content.Length / 2] ^= 1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        while (true)
        {
            try
            {
                answers.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                break;
            }
        }

        await Task.WhenAll(answers);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            Requests.Enqueue($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}");
            Answer answer;
            lock (_lock)
            {
                answer = Decide(context.Request, body.ToArray());
            }

            context.Response.StatusCode = answer.Status;
            context.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString(); // Azure's clients count on it
            context.Response.ContentLength64 = answer.Body.Length; // without it an empty answer has a body in chunks, which none of 204 may have
            await context.Response.OutputStream.WriteAsync(answer.Body);
            context.Response.Close();
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone.
        }
    }

    private Answer Decide(HttpListenerRequest request, byte[] body)
    {
        var path = request.Url!.AbsolutePath;
        if (Refusals > 0)
        {
            Refusals--;
            return Text(429, "{}");
        }

        if (path.StartsWith("/content/", StringComparison.Ordinal))
        {
            return Content(request, path["/content/".Length..], body);
        }

        return request.Headers["Authorization"] != "Bearer " + Token ? Text(401, """{"code":"unauthenticated","msg":"bad token"}""")
            : path.StartsWith(Twirp, StringComparison.Ordinal) ? Second(path[Twirp.Length..], body)
            : path.StartsWith(Artifacts, StringComparison.Ordinal) ? First(request, path[Artifacts.Length..], body)
            : Text(404, "{}");
    }

    private Answer First(HttpListenerRequest request, string path, byte[] body)
    {
        if (request.HttpMethod == "GET" && path == "cache")
        {
            return Find(request.QueryString["keys"]!, request.QueryString["version"]!) is { } found
                ? Text(200, $$"""{"cacheKey":"{{found.Key}}","scope":"refs/heads/topic","archiveLocation":"{{AddressOf(found)}}"}""")
                : new Answer(204, []);
        }

        if (request.HttpMethod == "POST" && path == "caches")
        {
            return Reserve(body) is { } entry ? Text(201, $$"""{"cacheId":{{_entries.IndexOf(entry) + 1}}}""") : Text(409, """{"message":"Cache already exists.","typeKey":"ArtifactCacheItemAlreadyExistsException"}""");
        }

        var written = _entries[int.Parse(path["caches/".Length..]) - 1];
        if (request.HttpMethod == "PATCH")
        {
            written.Blocks[long.Parse(request.Headers["Content-Range"]!["bytes ".Length..].Split('-')[0]).ToString("D20")] = body;
            return new Answer(204, []);
        }

        written.Content = [.. written.Blocks.OrderBy(block => block.Key, StringComparer.Ordinal).SelectMany(block => block.Value)];
        return Finish(written, (long)JsonNode.Parse(body)!["size"]!) ? new Answer(204, []) : Text(400, """{"message":"size"}""");
    }

    private Answer Second(string call, byte[] body)
    {
        var json = JsonNode.Parse(body)!;
        var (key, version) = ((string)json["key"]!, (string)json["version"]!);
        switch (call)
        {
            case "GetCacheEntryDownloadURL":
                return Find(key, version) is { } found ? Text(200, $$"""{"ok":true,"signed_download_url":"{{AddressOf(found)}}","matched_key":"{{found.Key}}"}""") : Text(200, """{"ok":false,"signed_download_url":"","matched_key":""}""");
            case "CreateCacheEntry":
                return Reserve(body) is { } entry ? Text(200, $$"""{"ok":true,"signed_upload_url":"{{AddressOf(entry)}}"}""") : Text(409, """{"code":"already_exists","msg":"cache entry with the same key, version, and scope already exists"}""");
            case "FinalizeCacheEntryUpload":
                return _entries.FirstOrDefault(entry => entry.Key == key && entry.Version == version && !entry.IsDone) is { } written && Finish(written, (long)json["size_bytes"]!)
                    ? Text(200, """{"ok":true,"entry_id":"1"}""")
                    : Text(400, """{"code":"invalid_argument","msg":"size"}""");
            default:
                return Text(404, """{"code":"bad_route","msg":"no handler"}""");
        }
    }

    // As Azure: a whole blob, blocks, or the list that makes a blob of them.
    private Answer Content(HttpListenerRequest request, string id, byte[] body)
    {
        if (request.QueryString["sig"] != "s" || request.Headers["Authorization"] is not null || _entries.FirstOrDefault(entry => entry.Id == id) is not { } entry)
        {
            return Text(request.QueryString["sig"] == "s" ? 404 : 403, "<Error/>");
        }

        if (request.HttpMethod == "GET")
        {
            var range = request.Headers["x-ms-range"] ?? request.Headers["Range"];
            var start = range is null ? 0 : int.Parse(range["bytes=".Length..].Split('-')[0]);
            return new Answer(range is null ? 200 : 206, entry.Content[start..]);
        }

        switch (request.QueryString["comp"])
        {
            case null when request.Headers["x-ms-blob-type"] == "BlockBlob":
                entry.Content = body;
                break;
            case "block":
                entry.Blocks[request.QueryString["blockid"]!] = body;
                break;
            case "blocklist":
                entry.Content = [.. XDocument.Parse(Encoding.UTF8.GetString(body).TrimStart('\uFEFF')).Root!.Elements().SelectMany(block => entry.Blocks[block.Value])];
                break;
            default:
                return Text(400, "<Error/>");
        }

        return new Answer(201, []);
    }

    private string AddressOf(Entry entry) => $"{Address}content/{entry.Id}?sig=s";

    private static bool Finish(Entry entry, long size) => entry.IsDone = entry.Content.Length == size;

    private Entry? Reserve(byte[] body)
    {
        var json = JsonNode.Parse(body)!;
        var (key, version) = ((string)json["key"]!, (string)json["version"]!);
        if (_entries.Any(entry => entry.Key == key && entry.Version == version))
        {
            return null;
        }

        var reserved = new Entry(key, version);
        _entries.Add(reserved);
        return reserved;
    }

    private Entry? Find(string prefix, string version) => _entries.LastOrDefault(entry => entry.IsDone && entry.Version == version && entry.Key.StartsWith(prefix, StringComparison.Ordinal));

    private static Answer Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text));

    private sealed record Answer(int Status, byte[] Body);

    private sealed class Entry(string key, string version)
    {
        public string Id { get; } = Guid.NewGuid().ToString("N");

        public string Key => key;

        public string Version => version;

        public Dictionary<string, byte[]> Blocks { get; } = [];

        public byte[] Content { get; set; } = [];

        public bool IsDone { get; set; }
    }
}
