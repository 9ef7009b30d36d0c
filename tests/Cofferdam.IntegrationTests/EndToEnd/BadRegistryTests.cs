using System.Formats.Tar;
using System.Security.Cryptography;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>What a build is told when its base image cannot be had, whole.</summary>
public sealed class BadRegistryTests(CofferCommand coffer) : IClassFixture<CofferCommand>, IAsyncLifetime
{
    private BadRegistry _registry = null!;

    public static TheoryData<string, string, string> Cases => new()
    {
        {
            "denied", "registry \"[HOST]\" denies access: requested access to the resource is denied",
            "if it is private, run: coffer login [HOST]"
        },
        {
            "private", "registry \"[HOST]\" wants other credentials: authentication required",
            "if it is private, run: coffer login [HOST]"
        },
        {
            "unknown", "not found in registry \"[HOST]\" (manifest unknown)",
            "check the name and the tag; if it is private, run: coffer login [HOST]"
        },
        {
            "broken", "registry \"[HOST]\" answers 500 Internal Server Error: out of order",
            "try again later, or ask whoever runs the registry"
        },
    };

    public async ValueTask InitializeAsync()
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            // Each test has an image of its own: the daemon keeps the layers of the others.
            var content = RandomNumberGenerator.GetBytes(4 * 1024 * 1024);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "file") { DataStream = new MemoryStream(content) }, TestContext.Current.CancellationToken);
        }

        _registry = new BadRegistry(tar.ToArray(), Digest.Of(tar.ToArray()));
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Build_OnImageThatIsRefused_SaysWhyAndWhatToDo(string kind, string reason, string hint)
    {
        var shown = await BuildOnAsync(kind);

        Assert.Equal(
            $"""
            exit 1
            Dockerfile:1
            --------------------
               1 | >>> FROM [HOST]/{kind}/image
               2 |     COPY busybox /busybox
            --------------------
            ERROR: [HOST]/{kind}/image: resolve "[HOST]/{kind}/image:latest": {reason}

            hint: {hint}
            """,
            shown);
    }

    [Fact]
    public async Task Build_WhereManifestLies_NamesBothDigests()
    {
        var shown = await BuildOnAsync("lying-manifest");

        Assert.Matches("^exit 1\n", shown);
        Assert.Matches(
            "ERROR: \\[HOST\\]/lying-manifest/image: the content of \"\\[HOST\\]/lying-manifest/image:latest: sha256:.*\" .* has digest sha256:.*, not sha256:.* as it was named by\n\nhint: nothing of it was kept; try again, and if it stays so check the registry and any proxy on the way to it$",
            shown);
        await coffer.AssertNothingIsLeftAsync();
    }

    // A layer that one registry sends wrong is not wrong for all who have it.
    [Fact]
    public async Task Build_WhereLayerLies_KeepsNothingOfItAndGetsItElsewhere()
    {
        var shown = await BuildOnAsync("lying-layer");

        Assert.Matches("ERROR: pull layer of \"\\[HOST\\]/lying-layer/image\": what the registry sent has digest sha256:.*, not sha256:.* as it was named by\n\nhint: nothing of it was kept;", shown);
        await coffer.AssertNothingIsLeftAsync();

        Assert.Equal("exit 0", await BuildOnAsync("good"));
    }

    [Fact]
    public async Task Build_WhoseDaemonIsKilledInMidPull_WorksTheNextTime()
    {
        var build = BuildOnAsync("stalling");
        await _registry.Stalled.WaitAsync(TestContext.Current.CancellationToken);
        await ProcessExtensions.SignalAsync(await coffer.FindDaemonAsync(), "KILL");

        Assert.StartsWith("exit 1\nERROR: the daemon is gone before it was done", await build, StringComparison.Ordinal);
        var next = await BuildOnAsync("good");
        Assert.True(next == "exit 0", next);
        await coffer.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Push_ThatIsRefused_SaysWhy()
    {
        var shown = await coffer.BuildAsync("FROM scratch\nCOPY busybox /busybox\n", "-t", $"{_registry.Host}/read-only/mine", "--push");

        Assert.Equal(
            "exit 1\nERROR: push \"[HOST]/read-only/mine\": registry \"[HOST]\" denies access: pushing is not allowed here\n\nhint: if it is private, run: coffer login [HOST]",
            shown.Replace(_registry.Host, "[HOST]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Build_OnRegistryThatIsNotThere_SaysSo()
    {
        var shown = await coffer.BuildAsync("FROM localhost:1/image\n");

        Assert.Equal(
            """
            exit 1
            Dockerfile:1
            --------------------
               1 | >>> FROM localhost:1/image
            --------------------
            ERROR: localhost:1/image: resolve "localhost:1/image:latest": cannot reach registry "localhost:1": Connection refused

            hint: check the name, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)
            """,
            shown);
    }

    private async Task<string> BuildOnAsync(string kind) =>
        (await coffer.BuildAsync($"FROM {_registry.Host}/{kind}/image\nCOPY busybox /busybox\n", "-o", "type=tar,dest=out.tar")).Replace(_registry.Host, "[HOST]", StringComparison.Ordinal);
}
