using System.Text.RegularExpressions;
using Cofferdam.Testing;
using Xunit;
using static Cofferdam.IntegrationTests.EndToEnd.RemoteCacheTests;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>What a cache names and no longer has is a miss: it is told, the step runs, and the build goes on.</summary>
[Collection(DaemonGroup.Name)]
public sealed class LostCacheTests(DaemonFixture daemon, S3Service s3) : IClassFixture<S3Service>
{
    private const string Warning = "what the cache has of this step is gone: it runs again";

    private const string Dockerfile = """
        FROM BASE AS one
        RUN echo ID > /one && head -c 100000 /dev/urandom > /random
        RUN cp /one /two
        FROM BASE
        COPY --from=one /random /two /
        """;

    [Theory]
    [InlineData(false, "RUN cat /two > /three")]
    [InlineData(true, "RUN cat /two > /three")]
    [InlineData(false, "COPY --from=one /random /again")]
    [InlineData(false, "")]
    public async Task ImportedLayer_ThatIsGone_IsMadeAgain(bool isDamaged, string next)
    {
        var bucket = "lost-" + Guid.NewGuid();
        var cache = await s3.NewBucketAsync(bucket);
        var directory = Directory();
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", cache + ",mode=max", "-o", "type=cacheonly");
        foreach (var name in (await s3.ListAsync(bucket)).Where(name => name.StartsWith("blobs/", StringComparison.Ordinal)))
        {
            await (isDamaged ? s3.WriteAsync(bucket, name, new byte[(await s3.ReadAsync(bucket, name)).Length]) : s3.RemoveAsync(bucket, name));
        }

        await File.AppendAllTextAsync(Path.Combine(directory, "Dockerfile"), "\n" + next + "\n", TestContext.Current.CancellationToken);
        using var empty = new CofferCommand();
        var result = await BuildAsync(daemon, empty.Root, directory, "--cache-from", cache, "-o", $"type=oci,dest={empty.Directory}/image.tar");

        Assert.Contains(Warning, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ERROR", result.Error, StringComparison.Ordinal);
        Assert.NotNull(SavedImage.OfOci(empty.Directory + "/image.tar").Read("two"));
    }

    [Fact]
    public async Task LayerInGitHub_ThatIsGone_IsMadeAgain()
    {
        await using var server = new GitHubCacheServer();
        var flag = $"type=gha,token={server.Token},url_v2={server.Address}";
        var directory = Directory();
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", flag + ",mode=max", "-o", "type=cacheonly");
        server.Remove(key => key.StartsWith("buildkit-blob-", StringComparison.Ordinal));

        using var empty = new CofferCommand();
        var result = await BuildAsync(daemon, empty.Root, directory, "--cache-from", flag, "-o", $"type=oci,dest={empty.Directory}/image.tar");

        Assert.Contains(Warning, result.Error, StringComparison.Ordinal);
    }

    // A service is known only while a build that names it lasts.
    [Fact]
    public async Task ImportedLayer_NeverFetched_IsMadeByALaterBuildThatDoesNotNameTheCache()
    {
        var cache = await s3.NewBucketAsync("later");
        var directory = Directory();
        await BuildAsync(daemon, daemon.Root, directory, "--cache-to", cache + ",mode=max", "-o", "type=cacheonly");
        using var empty = new CofferCommand();
        await BuildAsync(daemon, empty.Root, directory, "--cache-from", cache, "-o", "type=cacheonly");

        await BuildAsync(daemon, empty.Root, directory, "-o", $"type=oci,dest={empty.Directory}/image.tar");

        Assert.NotNull(SavedImage.OfOci(empty.Directory + "/image.tar").Read("two"));
    }

    [Theory]
    [InlineData("blobs", "removed", false)]
    [InlineData("blobs", "removed", true)]
    [InlineData("blobs", "damaged", false)]
    [InlineData("blobs", "damaged", true)]
    [InlineData("layers", "removed", false)]
    [InlineData("layers", "removed", true)]
    public async Task OwnState_ThatIsGone_IsMadeAgain(string what, string how, bool restarts)
    {
        using var own = new CofferCommand();
        var directory = Directory();
        await BuildAsync(daemon, own.Root, directory, "-o", $"type=oci,dest={own.Directory}/first.tar");
        if (restarts)
        {
            await own.RunAsync("daemon", "--stop");
        }

        var state = Path.Combine(own.Root, what == "blobs" ? "blobs/sha256" : "layers");
        foreach (var path in System.IO.Directory.GetFileSystemEntries(state))
        {
            if (what == "layers")
            {
                System.IO.Directory.Delete(path, recursive: true);
            }
            else if (how == "removed")
            {
                File.Delete(path);
            }
            else
            {
                var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
                bytes[bytes.Length / 2] ^= 1;
                await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
            }
        }

        await File.AppendAllTextAsync(Path.Combine(directory, "Dockerfile"), "\nRUN cat /two > /three\n", TestContext.Current.CancellationToken);
        await BuildAsync(daemon, own.Root, directory, "-o", $"type=oci,dest={own.Directory}/second.tar");

        // What is not lost is used: only directories hold what steps made.
        var (first, second) = (SavedImage.OfOci(own.Directory + "/first.tar"), SavedImage.OfOci(own.Directory + "/second.tar"));
        Assert.Equal(first.Read("two"), second.Read("three"));
        Assert.Equal(what == "blobs", first.Read("random") == second.Read("random"));
    }

    // Its directory goes between two uses in one build.
    [Fact]
    public async Task OwnLayer_ThatGoesWhileABuildRuns_IsMadeAgain()
    {
        using var own = new CofferCommand();
        var directory = daemon.NewDirectory(("Dockerfile", $"""
            FROM {daemon.Base} AS one
            RUN echo {Guid.NewGuid()} > /one && head -c 1000 /dev/urandom > /random
            FROM {daemon.Base}
            RUN echo {Guid.NewGuid()} && sleep 3
            COPY --from=one /one /one
            RUN --mount=from=one,target=/m cat /m/one > /two
            """));
        await BuildAsync(daemon, own.Root, directory, "--target", "one", "-o", "type=cacheonly");
        var before = System.IO.Directory.GetDirectories(Path.Combine(own.Root, "layers")).Where(layer => File.Exists(layer + "/fs/random")).ToList();
        var building = BuildAsync(daemon, own.Root, directory, "-o", $"type=oci,dest={own.Directory}/image.tar");
        before.ForEach(layer => System.IO.Directory.Delete(layer, recursive: true));

        await building;

        var image = SavedImage.OfOci(own.Directory + "/image.tar");
        Assert.Equal(image.Read("one"), image.Read("two"));
    }

    private string Directory() => daemon.NewDirectory(("Dockerfile", Regex.Replace(Dockerfile, "BASE", daemon.Base).Replace("ID", Guid.NewGuid().ToString(), StringComparison.Ordinal)));
}
