using System.Text.Json;
using Cofferdam.Engine;
using Cofferdam.IntegrationTests.Sources;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Caches that are exported, and used on a machine that has nothing: by us, and by the BuildKit of a real Docker Engine.</summary>
[Collection(DaemonGroup.Name)]
public sealed class RemoteCacheTests(DaemonFixture daemon, ImageStoreEngineFixture engine) : IClassFixture<ImageStoreEngineFixture>
{
    private const string Dockerfile = """
        FROM BASE AS one
        ARG A=1
        RUN echo $A > /one && mkdir -p /tree/in && echo $A > /tree/in/f && ln -s in /tree/l && od -An -N8 -tx8 /dev/urandom > /random
        WORKDIR /w
        COPY dir /dir/
        COPY dir/a link ./
        COPY --chown=root:root dir/a /owned
        RUN --mount=type=cache,target=/c --mount=type=bind,target=/src ls /src > /list
        FROM BASE
        COPY --from=one /tree /tree
        COPY --from=one --chown=1:2 /random /f
        RUN --mount=type=bind,from=one,source=/tree,target=/t cat /t/in/f > /x
        COPY <<EOT /here
        text <&> "q"
        EOT
        COPY . /all/
        COPY --link dir /linked
        RUN ls / > /ls
        """;

    [Fact]
    public async Task Registry_OnAnEmptyState_EverythingIsCached()
    {
        var directory = Context(daemon);
        var name = daemon.Registry + "/cache:max";
        await BuildAsync(daemon.Root, directory, "--cache-to", $"type=registry,ref={name},mode=max", "-o", $"type=oci,dest={directory}/../first-{Id(directory)}.tar");

        using var empty = new CofferCommand();
        var result = await BuildAsync(empty.Root, directory, "--cache-from", name, "-o", $"type=oci,dest={empty.Directory}/second.tar");

        AssertAllCached(result);
        var first = SavedImage.OfOci($"{directory}/../first-{Id(directory)}.tar");
        Assert.Equal(first.Describe(), SavedImage.OfOci(empty.Directory + "/second.tar").Describe());
    }

    [Fact]
    public async Task Index_OnAnEmptyState_EverythingIsCached()
    {
        var directory = Context(daemon);
        var name = daemon.Registry + "/cache:index";
        await BuildAsync(daemon.Root, directory, "--cache-to", $"type=registry,ref={name},mode=max,image-manifest=false", "-o", "type=cacheonly");

        using var empty = new CofferCommand();
        AssertAllCached(await BuildAsync(empty.Root, directory, "--cache-from", name, "-o", $"type=oci,dest={empty.Directory}/second.tar"));
    }

    [Fact]
    public async Task Inline_OfAPushedImage_ItsLayersAreCached()
    {
        var directory = Context(daemon);
        var name = daemon.Registry + "/inlined:1";
        await BuildAsync(daemon.Root, directory, "--push", "-t", name, "--build-arg", "BUILDKIT_INLINE_CACHE=1");

        using var empty = new CofferCommand();
        var result = await BuildAsync(empty.Root, directory, "--cache-from", name, "-o", $"type=oci,dest={empty.Directory}/second.tar");

        Assert.Contains("RUN ls / > /ls\nCACHED", Steps(result), StringComparison.Ordinal);
        Assert.Contains("COPY --from=one /tree /tree\nCACHED", Steps(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OursLocal_IsUsedByTheEngine()
    {
        var directory = Context(daemon);
        var cache = daemon.NewDirectory();
        await BuildAsync(daemon.Root, directory, "--cache-to", $"type=local,dest={cache},mode=max", "-o", "type=cacheonly");

        var result = await engine.BuildxAsync(["build", "--progress", "plain", "--network", "host", "--cache-from", $"type=local,src={cache}", "-o", $"type=oci,dest={cache}.tar", directory]);

        AssertAllCached(result);
    }

    [Fact]
    public async Task TheEnginesLocal_IsUsedByUs()
    {
        var directory = Context(daemon);
        var cache = daemon.NewDirectory();
        await engine.BuildxAsync(["build", "--network", "host", "--cache-to", $"type=local,dest={cache},mode=max", "-o", $"type=oci,dest={cache}.tar", directory]);

        using var empty = new CofferCommand();
        var result = await BuildAsync(empty.Root, directory, "--cache-from", $"type=local,src={cache}", "-o", $"type=oci,dest={empty.Directory}/second.tar");

        AssertAllCached(result);
        Assert.Equal(SavedImage.OfOci(cache + ".tar").Describe(), SavedImage.OfOci(empty.Directory + "/second.tar").Describe());
    }

    [Fact]
    public async Task TheEnginesLocal_WrittenWhenItKnewTheBaseAlready_IsUsedByUs()
    {
        var first = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nRUN echo first > /first\n"));
        await engine.BuildxAsync(["build", "--network", "host", "-o", "type=oci,dest=" + first + "/image.tar", first]);
        var second = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base} AS made\nRUN echo second > /second\nFROM {daemon.Base}\nCOPY --from=made /second /\nRUN cat /second > /copy\n"));
        var cache = daemon.NewDirectory();
        await engine.BuildxAsync(["build", "--network", "host", "--cache-to", $"type=local,dest={cache},mode=max", "-o", $"type=oci,dest={cache}.tar", second]);

        using var empty = new CofferCommand();
        var result = await BuildAsync(empty.Root, second, "--cache-from", $"type=local,src={cache}", "-o", $"type=oci,dest={empty.Directory}/second.tar");

        Assert.Contains("RUN cat /second > /copy\nCACHED", Steps(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheEnginesLocal_OfAddresses_IsUsedByUs()
    {
        await using var server = new FileServer { Files = { ["dir/a%20b"] = "a"u8.ToArray(), ["timed"] = "t"u8.ToArray() }, Headers = { ["Last-Modified"] = "Tue, 14 Nov 2023 22:13:20 GMT" } };
        var repositories = daemon.NewDirectory();
        var repository = await GitRepository.CreateAsync(repositories, "one");
        var commit = await repository.CommitAsync("part/file", "first");
        await repository.RunAsync("tag", "-a", "-m", "v1", "v1");
        await using var git = new GitHttpServer(repositories);
        var checksum = Digest.Of("t");
        var directory = daemon.NewDirectory(("Dockerfile", $"""
            FROM scratch
            ADD {server.UrlOf("dir/a%20b")} /a
            ADD --chmod=640 --chown=1:2 {server.UrlOf("timed")} /
            ADD --checksum={checksum} {server.UrlOf("timed")} /pinned
            ADD {git.UrlOf("one")} /default
            ADD {git.UrlOf("one")}#main:part /part
            ADD {git.UrlOf("one")}#v1 /tag
            ADD {git.UrlOf("one")}#{commit} /commit
            ADD --keep-git-dir=true {git.UrlOf("one")}#main /kept
            """));
        var cache = daemon.NewDirectory();
        await engine.BuildxAsync(["build", "--network", "host", "--cache-to", $"type=local,dest={cache},mode=max", "-o", $"type=oci,dest={cache}.tar", directory]);

        var records = await ReadRecordsAsync(cache);
        var time = DateTimeOffset.FromUnixTimeSeconds(GitRepository.CommitTime);
        var file = HttpSourceOptions.Parse(new SourceOp { Identifier = "http://a" });
        Assert.Contains(Record(file.ResultKey("a b", Digest.Of("a"), time)), records);
        Assert.Contains(Record(file.ResultKey("timed", checksum, time)), records);
        Assert.Contains(Record(file.ResultKey("timed", checksum, null)), records);
        foreach (var key in new[] { commit, commit + ":part", commit + ".git#refs/heads/main" })
        {
            Assert.Contains(Record(OperationDigests.OfSource(key)), records);
        }

        using var empty = new CofferCommand();
        var result = await BuildAsync(empty.Root, directory, "--cache-from", $"type=local,src={cache}", "-o", $"type=oci,dest={empty.Directory}/second.tar");

        Assert.DoesNotContain(Steps(result).Split("\n#"), step => step.Contains(" ADD ", StringComparison.Ordinal) && !step.EndsWith("CACHED", StringComparison.Ordinal));
        Assert.Contains("--keep-git-dir", Steps(result), StringComparison.Ordinal);
        Assert.DoesNotContain("FETCH_HEAD", result.Error, StringComparison.Ordinal);
        Assert.Equal(SavedImage.OfOci(cache + ".tar").Describe(), SavedImage.OfOci(empty.Directory + "/second.tar").Describe());
    }

    [Fact]
    public async Task WhatWasImported_StaysKnown()
    {
        var directory = Context(daemon);
        var name = daemon.Registry + "/cache:stays";
        await BuildAsync(daemon.Root, directory, "--cache-to", $"type=registry,ref={name},mode=max", "-o", "type=cacheonly");

        using var empty = new CofferCommand();
        await BuildAsync(empty.Root, directory, "--cache-from", name, "-o", $"type=oci,dest={empty.Directory}/second.tar");

        AssertAllCached(await BuildAsync(empty.Root, directory, "-o", $"type=oci,dest={empty.Directory}/third.tar"));
    }

    [Fact]
    public async Task CacheThatIsNotThere_IsToldAndTheBuildGoesOn()
    {
        var directory = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nRUN echo {Guid.NewGuid()}\n"));

        var result = await BuildAsync(daemon.Root, directory, "--cache-from", daemon.Registry + "/nothing:here", "--cache-from", "type=local,src=/nonexistent", "-o", "type=cacheonly");

        Assert.Contains("importing cache manifest from " + daemon.Registry + "/nothing:here", result.Error, StringComparison.Ordinal);
        Assert.Contains("local cache \"/nonexistent\" is not there", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type=azblob,name=b", "azblob")]
    [InlineData("type=s3,bucket=b", "region ($AWS_REGION) not set")]
    [InlineData("type=gha,token=t,url=http://localhost/", "neither what it is for")]
    [InlineData("type=registry", "has no ref")]
    [InlineData("type=local,dest=/tmp/x,mode=some", "invalid cache mode")]
    public async Task CacheTo_ThatCannotBe_IsRefusedBeforeTheBuild(string flag, string message)
    {
        var directory = daemon.NewDirectory(("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n"));

        var result = await daemon.CofferAsync("build", "--progress", "plain", "--cache-to", flag, directory);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("COPY", result.Error, StringComparison.Ordinal);
    }

    // A step that makes another thing each time it runs tells whether it ran.
    internal static string Context(DaemonFixture daemon)
    {
        var directory = daemon.NewDirectory(("Dockerfile", Dockerfile.Replace("BASE", daemon.Base, StringComparison.Ordinal).Replace("A=1", "A=" + Guid.NewGuid(), StringComparison.Ordinal)), ("dir/a", "a"), ("dir/b", "b"), ("dir/sub/s", "s"));
        File.SetUnixFileMode(Path.Combine(directory, "dir/b"), (UnixFileMode)Convert.ToInt32("4755", 8));
        File.CreateSymbolicLink(Path.Combine(directory, "link"), "dir/a");
        File.CreateSymbolicLink(Path.Combine(directory, "dir/l"), "a");
        return directory;
    }

    private Task<ProgramResult> BuildAsync(string root, string directory, params IEnumerable<string> flags) => BuildAsync(daemon, root, directory, flags);

    internal static async Task<ProgramResult> BuildAsync(DaemonFixture daemon, string root, string directory, params IEnumerable<string> flags)
    {
        var result = await daemon.RunAsync("env", ["COFFER_ROOT=" + root, CofferCommand.Program, "build", "--progress", "plain", "--network", "host", .. flags, directory]);
        Assert.True(result.ExitCode == 0, result.All);
        return result;
    }

    // What the first output of an operation is known by (BuildKit solver/cachekey.go).
    private static string Record(Digest operation) => Digest.Of($"{operation}@0").ToString();

    // The digests of all records of a local cache.
    private static async Task<IReadOnlyList<string>> ReadRecordsAsync(string cache)
    {
        var manifest = (await ReadAsync("index.json")).GetProperty("manifests")[0].GetProperty("digest").GetString()!;
        var config = (await ReadAsync(Blob(manifest))).GetProperty("config").GetProperty("digest").GetString()!;
        return [.. (await ReadAsync(Blob(config))).GetProperty("records").EnumerateArray().Select(record => record.GetProperty("digest").GetString()!)];

        static string Blob(string digest) => "blobs/" + digest.Replace(':', '/');

        async Task<JsonElement> ReadAsync(string name) => JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(cache, name), TestContext.Current.CancellationToken)).RootElement;
    }

    private static string Id(string directory) => Path.GetFileName(directory);

    internal static void AssertAllCached(ProgramResult result)
    {
        var steps = Steps(result);
        Assert.DoesNotContain(steps.Split("\n#"), step => (step.Contains("RUN", StringComparison.Ordinal) || step.Contains("COPY", StringComparison.Ordinal)) && !step.EndsWith("CACHED", StringComparison.Ordinal));
        Assert.Contains("RUN ls / > /ls\nCACHED", steps, StringComparison.Ordinal);
    }

    // For each step its name and how it ended first, the number before.
    internal static string Steps(ProgramResult result)
    {
        var names = new Dictionary<string, string>();
        var ends = new Dictionary<string, string>();
        foreach (var line in result.Error.Split('\n').Where(line => line.StartsWith('#')))
        {
            var (number, rest) = (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            if (rest.StartsWith('['))
            {
                names.TryAdd(number, rest[(rest.IndexOf("] ", StringComparison.Ordinal) + 2)..]);
            }
            else if (rest.Split(' ')[0] is "CACHED" or "DONE" or "ERROR" or "CANCELED")
            {
                ends.TryAdd(number, rest.Split(' ')[0]);
            }
        }

        return string.Join('\n', names.Select(name => $"{name.Key} {name.Value}\n{ends.GetValueOrDefault(name.Key)}"));
    }
}
