using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Xml.Linq;
using Cofferdam.Engine;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A real service that speaks S3: OpenStack Swift with its S3 API, on this machine alone.</summary>
public sealed class S3Service : IAsyncLifetime
{
    private const string Key = "test:tester";
    private const string Secret = "testing";
    private static readonly string[] s_servers = ["account", "container", "object", "proxy"];

    private readonly TemporaryDirectory _directory = new();
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new();

    /// <summary>Where it listens.</summary>
    public string Address { get; private set; } = string.Empty;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists("/usr/bin/swift-proxy-server"))
        {
            return; // Tests say that it is missing.
        }

        var ports = FreePorts(s_servers.Length);
        Address = $"http://127.0.0.1:{ports[3]}";
        Directory.CreateDirectory(_directory["srv/disk"]);
        Directory.CreateDirectory(_directory["conf"]);
        await File.WriteAllTextAsync(_directory["conf/swift.conf"], "[swift-hash]\nswift_hash_path_suffix = a\nswift_hash_path_prefix = b\n", Token);
        for (var i = 0; i < 3; i++)
        {
            await ConfigureStorageAsync(s_servers[i], ports[i]);
        }

        await File.WriteAllTextAsync(_directory["conf/proxy-server.conf"], $"""
            [DEFAULT]
            bind_ip = 127.0.0.1
            bind_port = {ports[3]}
            user = root
            swift_dir = {_directory["conf"]}
            workers = 0
            [pipeline:main]
            pipeline = catch_errors gatekeeper healthcheck cache s3api tempauth copy slo dlo proxy-server
            [app:proxy-server]
            use = egg:swift#proxy
            account_autocreate = true
            [filter:tempauth]
            use = egg:swift#tempauth
            user_{Key.Replace(':', '_')} = {Secret} .admin
            [filter:cache]
            use = egg:swift#memcache
            memcache_servers = 127.0.0.1:1
            [filter:s3api]
            use = egg:swift#s3api
            location = us-east-1
            {string.Concat(((string[])["catch_errors", "gatekeeper", "healthcheck", "copy", "slo", "dlo"]).Select(name => $"\n[filter:{name}]\nuse = egg:swift#{name}\n"))}
            """, Token);
        foreach (var name in s_servers)
        {
            var start = new ProcessStartInfo($"swift-{name}-server", [_directory[$"conf/{name}-server.conf"]]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            var process = Process.Start(start)!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            _processes.Add(process);
        }

        await WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        _http.Dispose();
        _directory.Dispose();
    }

    /// <summary>The flag of a cache in a bucket of its own, credentials and all.</summary>
    internal async Task<string> NewBucketAsync(string name, string? address = null)
    {
        Assert.True(Address.Length > 0, "swift-proxy-server is missing: run eng/install-dependencies --tests");
        using var answer = await SendAsync(HttpMethod.Put, name);
        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict, answer.ToString());
        return $"type=s3,bucket={name},region=us-east-1,endpoint_url={address ?? Address},use_path_style=true,access_key_id={Key},secret_access_key={Secret}";
    }

    /// <summary>The names of all objects of a bucket.</summary>
    internal async Task<string[]> ListAsync(string bucket)
    {
        using var answer = await SendAsync(HttpMethod.Get, bucket);
        return [.. XDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).Descendants().Where(element => element.Name.LocalName == "Key").Select(element => element.Value)];
    }

    /// <summary>An object.</summary>
    internal async Task<string> ReadAsync(string bucket, string name)
    {
        using var answer = await SendAsync(HttpMethod.Get, bucket + "/" + string.Join('/', name.Split('/').Select(Uri.EscapeDataString)));
        return await answer.Content.ReadAsStringAsync(Token);
    }

    /// <summary>Writes an object.</summary>
    internal async Task WriteAsync(string bucket, string name, byte[] content)
    {
        using var answer = await SendAsync(HttpMethod.Put, bucket + "/" + string.Join('/', name.Split('/').Select(Uri.EscapeDataString)), content);
        Assert.True(answer.IsSuccessStatusCode, answer.ToString());
    }

    /// <summary>Removes an object.</summary>
    internal async Task RemoveAsync(string bucket, string name)
    {
        using var answer = await SendAsync(HttpMethod.Delete, bucket + "/" + string.Join('/', name.Split('/').Select(Uri.EscapeDataString)));
        Assert.True(answer.IsSuccessStatusCode, answer.ToString());
    }

    private static int[] FreePorts(int count)
    {
        var probes = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        probes.ForEach(probe => probe.Start());
        int[] ports = [.. probes.Select(probe => ((IPEndPoint)probe.LocalEndpoint).Port)];
        probes.ForEach(probe => probe.Dispose());
        return ports;
    }

    private async Task ConfigureStorageAsync(string name, int port)
    {
        await File.WriteAllTextAsync(_directory[$"conf/{name}-server.conf"], $"""
            [DEFAULT]
            bind_ip = 127.0.0.1
            bind_port = {port}
            user = root
            swift_dir = {_directory["conf"]}
            devices = {_directory["srv"]}
            mount_check = false
            workers = 0
            disable_fallocate = true
            [pipeline:main]
            pipeline = {name}-server
            [app:{name}-server]
            use = egg:swift#{name}

            """, Token);
        foreach (var step in (string[][])[["create", "4", "1", "1"], ["add", $"r1z1-127.0.0.1:{port}/disk", "1"], ["rebalance"]])
        {
            await Programs.RunAsync("swift-ring-builder", new Dictionary<string, string>(), _directory["conf"], null, [name + ".builder", .. step]);
        }

        Assert.True(File.Exists(_directory[$"conf/{name}.ring.gz"]), "there is no ring");
    }

    private async Task WaitAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Token);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                using var made = await SendAsync(HttpMethod.Put, "probe");
                if (made.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(200, timeout.Token);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? content = null)
    {
        using var request = new HttpRequestMessage(method, $"{Address}/{path}") { Content = content is null ? null : new ByteArrayContent(content) };
        new AwsRequestSigner(new AwsCredentials(Key, Secret, null), "us-east-1", "s3").Sign(request, Convert.ToHexStringLower(SHA256.HashData(content ?? [])), TimeProvider.System.GetUtcNow());
        return await _http.SendAsync(request, Token);
    }
}
