using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Why steps ran, as a user is told.</summary>
public sealed class ExplainTests : IDisposable
{
    private const string Dockerfile = """
        FROM scratch AS tools
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "--install", "-s", "/bin"]

        FROM tools AS made
        ARG WHO=me
        COPY sub /sub
        RUN cat /sub/a > /made

        FROM tools
        COPY --from=made /made /
        RUN cat /made > /all
        """;

    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_ThatRan_SayWhy()
    {
        Directory.CreateDirectory(Path.Combine(_coffer.Context, "sub"));
        await WriteAsync("1");
        Assert.Contains("[made 2/2] RUN cat /sub/a > /made   ran   no earlier build of this is known", Flat(await BuildAsync(Dockerfile)), StringComparison.Ordinal);

        var unchanged = await BuildAsync(Dockerfile);
        Assert.Contains("[made 1/2] COPY sub /sub   cached by content\n", Flat(unchanged), StringComparison.Ordinal);
        Assert.Contains("[stage-2 2/2] RUN cat /made > /all   cached\n", Flat(unchanged), StringComparison.Ordinal);
        Assert.DoesNotContain(" ran ", unchanged, StringComparison.Ordinal);

        await WriteAsync("2");
        var file = Flat(await BuildAsync(Dockerfile));
        Assert.Contains("[made 1/2] COPY sub /sub   ran   files changed: sub/a\n", file, StringComparison.Ordinal);
        Assert.Contains("[made 2/2] RUN cat /sub/a > /made   ran   it reads \"[made 1/2] COPY sub /sub\", which ran\n", file, StringComparison.Ordinal);
        Assert.Contains("[stage-2 1/2] COPY --from=made /made /   ran   files of \"[made 2/2] RUN cat /sub/a > /made\" changed\n", file, StringComparison.Ordinal);

        var argument = Flat(await BuildAsync(Dockerfile, "--build-arg", "WHO=correct-horse"));
        Assert.Contains("[made 2/2] RUN cat /sub/a > /made   ran   variable WHO changed\n", argument, StringComparison.Ordinal);
        Assert.Contains("[stage-2 1/2] COPY --from=made /made /   cached by content\n", argument, StringComparison.Ordinal);

        var instruction = Flat(await BuildAsync(Dockerfile.Replace("RUN cat /sub/a", "RUN cat < /sub/a", StringComparison.Ordinal), "--build-arg", "WHO=correct-horse"));
        Assert.Contains("RUN cat < /sub/a > /made   ran   the instruction changed, it was \"RUN cat /sub/a > /made\"\n", instruction, StringComparison.Ordinal);

        Assert.Contains("COPY sub /sub   ran   the build asked not to use the cache for it\n", Flat(await BuildAsync(Dockerfile, "--no-cache-filter", "made")), StringComparison.Ordinal);

        await _coffer.RunAsync("prune", "--all");
        await _coffer.RunAsync("prune", "--all", "--filter", "type==source.local");
        Assert.Contains("its result was in the cache and is gone", await BuildAsync(Dockerfile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hit_InACacheOfOthers_SaysWhichOnce()
    {
        Directory.CreateDirectory(Path.Combine(_coffer.Context, "sub"));
        await WriteAsync("1");
        var cache = Path.Combine(_coffer.Directory, "cache");
        await BuildAsync(Dockerfile, "--cache-to", $"type=local,dest={cache},mode=max");
        await _coffer.RunAsync("daemon", "--stop", "--force");
        _coffer.Root += "2";

        var imported = Flat(await BuildAsync(Dockerfile, "--cache-from", $"type=local,src={cache}"));
        Assert.Matches("RUN cat /made > /all   cached( by content)?   imported from .*cache\n", imported);
        Assert.DoesNotContain("imported", await BuildAsync(Dockerfile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Builds_OfBefore_CanBeAskedFor_AlsoAfterARestartAndOfOneThatFailed()
    {
        await BuildAsync(Dockerfile.Replace("COPY sub /sub", "RUN mkdir /sub; false", StringComparison.Ordinal));
        await _coffer.RunAsync("daemon", "--stop", "--force");

        var last = await _coffer.RunAsync("explain");
        Assert.Contains("RUN mkdir /sub; false", last, StringComparison.Ordinal);
        Assert.Matches("\"outcome\": \"ran\"", await _coffer.RunAsync("explain", "--format", "json"));
        Assert.Contains("no build \"nothing\" is known", await _coffer.RunAsync("explain", "nothing"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ValuesOfVariables_AreNotKept()
    {
        Directory.CreateDirectory(Path.Combine(_coffer.Context, "sub"));
        await WriteAsync("1");
        await BuildAsync(Dockerfile, "--build-arg", "WHO=correct-horse");
        await _coffer.RunAsync("daemon", "--stop", "--force");

        var database = await File.ReadAllBytesAsync(Path.Combine(_coffer.Root, "db.sqlite"), Token);
        Assert.Equal(-1, database.AsSpan().IndexOf("correct-horse"u8));
    }

    public void Dispose() => _coffer.Dispose();

    private Task WriteAsync(string content) => File.WriteAllTextAsync(Path.Combine(_coffer.Context, "sub/a"), content, Token);

    // Without an image: one would hold its layers, and nothing of them could be removed.
    private Task<string> BuildAsync(string dockerfile, params string[] arguments) => _coffer.BuildAsync(dockerfile, ["--explain", "--output", "type=cacheonly", .. arguments]);

    private static string Flat(string table) => System.Text.RegularExpressions.Regex.Replace(table, " {3,}", "   ") + "\n";
}
