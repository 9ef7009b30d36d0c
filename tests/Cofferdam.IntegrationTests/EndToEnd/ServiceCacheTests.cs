using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;
using static Cofferdam.IntegrationTests.EndToEnd.RemoteCacheTests;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Caches in services: a real one that speaks S3, and a stand-in for that of GitHub Actions, used by the BuildKit of a real Docker Engine as well.</summary>
[Collection(DaemonGroup.Name)]
public sealed class ServiceCacheTests(DaemonFixture daemon, S3Service s3, ImageStoreEngineFixture engine) : IClassFixture<S3Service>, IClassFixture<ImageStoreEngineFixture>
{
    // More than goes at once.
    private const string LargeDockerfile = """
        FROM BASE
        RUN head -c 20000000 /dev/urandom > /large && echo ID
        RUN sha256sum /large > /sum
        """;

    [Fact]
    public async Task S3_OnAnEmptyState_EverythingIsCached()
    {
        var directory = Context(daemon);
        var cache = await s3.NewBucketAsync("all");
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", cache + ",mode=max,prefix=a b/,name=one;two", "-o", $"type=oci,dest={directory}.first.tar");

        using var empty = new CofferCommand();
        var result = await BuildAsync(daemon, empty.Root, directory, "--cache-from", cache + ",prefix=a b/,name=two", "-o", $"type=oci,dest={empty.Directory}/second.tar");

        AssertAllCached(result);
        Assert.Equal(SavedImage.OfOci(directory + ".first.tar").Describe(), SavedImage.OfOci(empty.Directory + "/second.tar").Describe());
    }

    [Fact]
    public async Task S3_LargeLayer_GoesInPartsAndComesBack()
    {
        var directory = Large();
        var cache = await s3.NewBucketAsync("large");
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", cache + ",mode=max", "-o", $"type=oci,dest={directory}.first.tar");

        using var empty = new CofferCommand();
        var result = await BuildAsync(daemon, empty.Root, directory, "--cache-from", cache, "-o", $"type=oci,dest={empty.Directory}/second.tar");

        Assert.Contains("sha256sum /large > /sum\nCACHED", Steps(result), StringComparison.Ordinal);
        Assert.Equal(SavedImage.OfOci(directory + ".first.tar").Describe(), SavedImage.OfOci(empty.Directory + "/second.tar").Describe());
    }

    // As cache/remotecache/s3 of BuildKit writes it.
    [Fact]
    public async Task S3_Objects_AreThoseOfBuildKit()
    {
        var cache = await s3.NewBucketAsync("layout");
        await BuildAsync(daemon, daemon.Root, Context(daemon), "--cache-to", cache + ",mode=max", "-o", "type=cacheonly");

        var names = await s3.ListAsync("layout");
        var config = JsonNode.Parse(await s3.ReadAsync("layout", "manifests/buildkit"))!;
        var layers = config["layers"]!.AsArray();
        Assert.Equal(layers.Select(layer => "blobs/" + (string)layer!["blob"]!).Append("manifests/buildkit").Distinct().Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.All(layers, layer =>
        {
            var said = layer!["annotations"]!;
            Assert.StartsWith("application/vnd.oci.image.layer.v1.tar", (string)said["mediaType"]!, StringComparison.Ordinal);
            Assert.StartsWith("sha256:", (string)said["diffID"]!, StringComparison.Ordinal);
            Assert.True((long)said["size"]! > 0 && said["createdAt"] is not null);
        });
    }

    [Fact]
    public async Task S3_Unchanged_SendsItsConfigOnly()
    {
        await s3.NewBucketAsync("again");
        await using var relay = new CountingRelay(s3.Address);
        var cache = await s3.NewBucketAsync("again", "http://" + relay.Host);
        var directory = Context(daemon);
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", cache + ",mode=max", "-o", "type=cacheonly");
        Assert.True(relay.Writes.Count() > 5);
        relay.Requests.Clear();

        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", cache + ",mode=max", "-o", "type=cacheonly");

        Assert.Equal(["PUT /again/manifests/buildkit"], relay.Writes);
    }

    // What was imported and never needed is not fetched to be exported to where it is.
    [Fact]
    public async Task S3_ImportedAndExported_MovesNothing()
    {
        await using var relay = new CountingRelay(s3.Address);
        var cache = await s3.NewBucketAsync("round", "http://" + relay.Host);
        var directory = Context(daemon);
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", cache + ",mode=max", "-o", "type=cacheonly");
        relay.Requests.Clear();

        using var empty = new CofferCommand();
        await BuildAsync(daemon, empty.Root, directory, "--cache-from", cache, "--cache-to", cache + ",mode=max", "-o", "type=cacheonly");

        Assert.Equal(["PUT /round/manifests/buildkit"], relay.Writes);
        Assert.DoesNotContain(relay.Requests, request => request.StartsWith("GET /round/blobs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Registry_Unchanged_SendsItsConfigOnly()
    {
        await using var relay = new CountingRelay("http://" + daemon.Registry);
        var directory = Context(daemon);
        var flags = (string[])["--cache-to", $"type=registry,ref={relay.Host}/cache:again,mode=max", "-o", "type=cacheonly"];
        await BuildAsync(daemon, daemon.Root, directory, flags);
        Assert.True(relay.Writes.Count() > 5);
        relay.Requests.Clear();

        await BuildAsync(daemon, daemon.Root, directory, flags);

        AssertConfigOnly(relay);
    }

    [Fact]
    public async Task Inline_Unchanged_SendsTheConfigOnly()
    {
        await using var relay = new CountingRelay("http://" + daemon.Registry);
        var directory = Context(daemon);
        var flags = (string[])["--cache-to", "type=inline", "-t", relay.Host + "/inline:again", "--push"];
        await BuildAsync(daemon, daemon.Root, directory, flags);
        relay.Requests.Clear();

        await BuildAsync(daemon, daemon.Root, directory, flags);

        AssertConfigOnly(relay);
    }

    [Fact]
    public async Task Local_Unchanged_WritesItsConfigOnly()
    {
        var directory = Context(daemon);
        var cache = daemon.NewDirectory();
        var flags = (string[])["--cache-to", $"type=local,dest={cache},mode=max", "-o", "type=cacheonly"];
        await BuildAsync(daemon, daemon.Root, directory, flags);
        var before = Blobs();

        await BuildAsync(daemon, daemon.Root, directory, flags);

        Assert.True(before.Length > 5);
        Assert.Empty(before.Except(Blobs()));
        Assert.True(Blobs().Length <= before.Length + 2);

        (string, DateTime)[] Blobs() => [.. Directory.GetFiles(cache + "/blobs/sha256").Order(StringComparer.Ordinal).Select(path => (path, File.GetLastWriteTimeUtc(path)))];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task GitHub_OnAnEmptyState_EverythingIsCached(int version)
    {
        await using var server = new GitHubCacheServer();
        var directory = Context(daemon);
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", Flag(server, version) + ",mode=max", "-o", $"type=oci,dest={directory}.first.tar");
        var count = server.Keys.Count;

        using var empty = new CofferCommand();
        AssertAllCached(await BuildAsync(daemon, empty.Root, directory, "--cache-from", Flag(server, version), "-o", $"type=oci,dest={empty.Directory}/second.tar"));
        Assert.Equal(SavedImage.OfOci(directory + ".first.tar").Describe(), SavedImage.OfOci(empty.Directory + "/second.tar").Describe());

        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", Flag(server, version) + ",mode=max", "-o", "type=cacheonly");
        Assert.Equal(count + 1, server.Keys.Count); // the index alone
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task OursInGitHub_IsUsedByTheEngine(int version)
    {
        await using var server = new GitHubCacheServer();
        var directory = Context(daemon);
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", Flag(server, version) + ",mode=max", "-o", "type=cacheonly");

        AssertAllCached(await engine.BuildxAsync(["build", "--progress", "plain", "--network", "host", "--cache-from", Flag(server, version), "-o", $"type=oci,dest={directory}.tar", directory]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task TheEnginesInGitHub_IsUsedByUs(int version)
    {
        await using var server = new GitHubCacheServer();
        var directory = Context(daemon);
        await engine.BuildxAsync(["prune", "-a", "-f"]); // What it found in its own cache it exports by fewer keys.
        await engine.BuildxAsync(["build", "--network", "host", "--cache-to", Flag(server, version) + ",mode=max", "-o", $"type=oci,dest={directory}.tar", directory]);
        Assert.NotEmpty(server.Keys);

        using var empty = new CofferCommand();
        var result = await BuildAsync(daemon, empty.Root, directory, "--cache-from", Flag(server, version), "-o", $"type=oci,dest={empty.Directory}/second.tar");
        AssertAllCached(result);
        Assert.Equal(SavedImage.OfOci(directory + ".tar").Describe(), SavedImage.OfOci(empty.Directory + "/second.tar").Describe());
    }

    [Fact]
    public async Task Secrets_AreNeitherShownNorKept()
    {
        var cache = await s3.NewBucketAsync("hidden");
        using var empty = new CofferCommand();
        var result = await daemon.RunAsync(
            "env", "COFFER_ROOT=" + empty.Root, "AWS_ACCESS_KEY_ID=test:tester", "AWS_SECRET_ACCESS_KEY=wrong-and-secret", CofferCommand.Program, "build", "--progress", "plain",
            "--cache-to", cache[..cache.IndexOf(",access_key_id", StringComparison.Ordinal)], "-o", "type=cacheonly", Context(daemon));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("it answers 403", result.Error, StringComparison.Ordinal);
        var found = await daemon.RunAsync("grep", "-rl", "wrong-and-secret", empty.Root);
        Assert.True(found.Output.Length == 0, found.Output);
        Assert.DoesNotContain("wrong-and-secret", result.All, StringComparison.Ordinal);
    }

    // What was found by its content first is found by its definition then: records, and so the config, may be others. It is one blob, and a manifest.
    private static void AssertConfigOnly(CountingRelay relay)
    {
        Assert.InRange(relay.Writes.Count(request => request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains("/blobs/", StringComparison.Ordinal)), 0, 1);
        Assert.Single(relay.Writes, request => request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains("/manifests/", StringComparison.Ordinal));
    }

    private static string Flag(GitHubCacheServer server, int version) => $"type=gha,token={server.Token},{(version == 2 ? "url_v2" : "url")}={server.Address},version={version},timeout=20s";

    private string Large() => daemon.NewDirectory(("Dockerfile", LargeDockerfile.Replace("BASE", daemon.Base, StringComparison.Ordinal).Replace("ID", Guid.NewGuid().ToString(), StringComparison.Ordinal)));
}
