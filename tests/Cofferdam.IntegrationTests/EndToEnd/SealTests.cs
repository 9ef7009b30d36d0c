using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Builds that would let a secret out, by the real command line and the real docker buildx: refused, and nothing of the value is left.</summary>
[Collection(DaemonGroup.Name)]
public sealed class SealTests(DaemonFixture daemon)
{
    private const string Value = "gh7_Qx29vLmR4tWzK8pB1";
    private const string Mount = "RUN --mount=type=secret,id=word --mount=type=cache,id=seal,target=/cache ";

    public static TheoryData<string, string, string> Leaks => new()
    {
        { "copy", "cp /run/secrets/word /leak", """in "/leak" at byte 0 (whole, as is)""" },
        { "print", "echo it is $(cat /run/secrets/word)", """in "standard output" at byte 6 (whole, as is)""" },
        { "print in pieces", "cut -c 1-9 /run/secrets/word | tr -d '\\n' >&2; sleep 0.3; cut -c 10- /run/secrets/word >&2", """in "standard error" at byte 0 (whole, as is)""" },
        { "base64 in gzip", "base64 /run/secrets/word | gzip > /out.gz", """in "/out.gz!out" at byte 0 (whole, base64)""" },
        { "git", "mkdir -p /s/.git; echo \"url = https://me:$(cat /run/secrets/word)@host/x\" > /s/.git/config", "cause: a clone from a URL with credentials keeps the URL" },
        { "name", "mkdir /d; touch \"/d/a-$(cat /run/secrets/word)\"", """in "/d/(a name that holds a secret)" at byte 4 (whole, as is)""" },
        { "link", "ln -s \"/x/$(cat /run/secrets/word)\" /ln", """in "/ln (target of the link)" at byte 3 (whole, as is)""" },
        { "cache mount", "cp /run/secrets/word /cache/kept", """in "/cache/kept" at byte 0 (whole, as is)""" },
    };

    private string Secret => field ??= $"id=word,src={daemon.NewDirectory(("word", Value))}/word";

    [Theory]
    [MemberData(nameof(Leaks))]
    public async Task Build_StepThatLeavesItsSecret_IsRefusedAndLeavesNothing(string name, string command, string message)
    {
        _ = name;
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\n{Mount}{command}\n"));

        var built = await daemon.CofferAsync("build", "--progress", "plain", "--secret", Secret, "-t", "leak", context);

        Assert.Equal(1, built.ExitCode);
        Assert.Contains("ERROR: secret \"word\" would leave the build: ", built.All, StringComparison.Ordinal);
        Assert.Contains(message, built.All, StringComparison.Ordinal);
        Assert.Contains("2 | >>> RUN --mount", built.All, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, built.All, StringComparison.Ordinal);
        await AssertNowhereAsync();
    }

    [Fact]
    public async Task Buildx_StepThatLeavesItsSecret_IsRefusedWhereItAsksForThat()
    {
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\n{Mount}cat /run/secrets/word | tee /leak\n"));

        var built = await daemon.BuildxAsync("build", "--progress", "plain", "--build-arg", "COFFERDAM_SEAL=enforce", "--secret", Secret, context);

        Assert.Equal(1, built.ExitCode);
        Assert.Contains("secret \"word\" would leave the build: in \"/leak\" at byte 0 (whole, as is)", built.All, StringComparison.Ordinal);
        Assert.Contains("2 | >>> RUN --mount", built.All, StringComparison.Ordinal);
        Assert.Contains("*****", built.All, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, built.All, StringComparison.Ordinal);
        await AssertNowhereAsync();
    }

    [Fact]
    public async Task Buildx_ThatAsksForNothing_IsWarned()
    {
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\n{Mount}cat /run/secrets/word | tee /leak\n"));

        var built = await daemon.BuildxAsync("build", "--progress", "plain", "--no-cache", "--secret", Secret, context);

        Assert.Equal(0, built.ExitCode);
        Assert.Contains("WARN: secret \"word\" leaves the build: in \"/leak\" at byte 0 (whole, as is)", built.All, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, built.All, StringComparison.Ordinal);
        await daemon.MustCofferAsync("prune", "-af");
    }

    [Fact]
    public async Task Build_StepThatFailsAfterItWroteToItsCache_LeavesNothingThere()
    {
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\n{Mount}cp /run/secrets/word /cache/kept; cat /run/secrets/word; exit 3\n"));

        var built = await daemon.CofferAsync("build", "--progress", "plain", "--secret", Secret, context);

        Assert.Equal(1, built.ExitCode);
        Assert.Contains("exit code: 3", built.All, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, built.All, StringComparison.Ordinal);
        await AssertNowhereAsync();
    }

    [Theory]
    [InlineData("ARG IT\nLABEL it=$IT\n", """in "image config config.Labels.it" at byte 0 (whole, as is)""")]
    [InlineData("ARG IT\nENV IT=$IT\n", """in "image config config.Env[""")]
    public async Task Build_ConfigWithTheValue_IsRefused(string lines, string message)
    {
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\n{Mount}wc -c < /run/secrets/word > /count\n{lines}"));

        var built = await daemon.CofferAsync("build", "--progress", "plain", "--secret", Secret, "--build-arg", "IT=" + Value, "-t", "config", context);
        var again = await daemon.CofferAsync("build", "--progress", "plain", "--secret", Secret, "--build-arg", "IT=" + Value, "-t", "config", context);

        Assert.Equal((1, 1), (built.ExitCode, again.ExitCode)); // also when the step is cached
        Assert.Contains("ERROR: secret \"word\" would leave the build: ", built.All, StringComparison.Ordinal);
        Assert.Contains(message, built.All, StringComparison.Ordinal);
        await AssertNowhereAsync();
    }

    [Theory]
    [InlineData("type=image")]
    [InlineData("type=local,dest=out")]
    [InlineData("type=cacheonly")]
    public async Task Build_CopyOfTheFile_IsRefused(string output)
    {
        var value = Guid.NewGuid().ToString("n"); // What is copied stays in the daemon's cache.
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nCOPY kept /app/kept\n{Mount}wc -c < /run/secrets/word > /count\n"), ("kept", value));
        var secret = $"id=word,src={context}/kept";

        var built = await daemon.CofferAsync("build", "--progress", "plain", "--secret", secret, "-o", output, context);
        var again = await daemon.CofferAsync("build", "--progress", "plain", "--secret", secret, "-o", output, context);
        var allowed = await daemon.CofferAsync("build", "--progress", "plain", "--secret", secret, "--seal-allow", "id=word,path=app/*", "-o", output, context);

        Assert.Equal((1, 1), (built.ExitCode, again.ExitCode));
        Assert.Contains("secret \"word\" would leave the build: in \"/app/kept\" at byte 0 (whole, as is)", built.All, StringComparison.Ordinal);
        Assert.True(allowed.ExitCode == 0, allowed.All);
    }

    [Theory]
    [InlineData("tar -cJf ../kept.tar.xz *", "kept.tar.xz", "kept.tar!b")]
    [InlineData("tar -cf - * | xz -T2 --block-size=8192 > ../kept.tar.xz", "kept.tar.xz", "kept.tar!b")]
    [InlineData("cat b | bzip2 -1 > ../kept.bz2; bzip2 < a >> ../kept.bz2", "kept.bz2", "kept")]
    [InlineData("tar -cJf ../data.tar.xz * && cd .. && ar rc kept.deb data.tar.xz", "kept.deb", "data.tar.xz!data.tar!b")]
    public async Task Build_ArchiveWithTheValue_IsRefused(string pack, string file, string inside)
    {
        var value = Guid.NewGuid().ToString("n");
        var context = daemon.NewDirectory(
            ("Dockerfile", $"FROM {daemon.Base}\nCOPY {file} /app/\n{Mount}wc -c < /run/secrets/word > /count\n"),
            ("word", value),
            ("in/a", "nothing here"),
            ("in/b", string.Concat(Enumerable.Range(0, 20_000).Select(line => $"line {line}\n")) + value));
        var packed = await daemon.RunAsync("sh", "-c", $"cd {context}/in && {pack}");
        Assert.True(packed.ExitCode == 0, packed.All);

        var built = await daemon.CofferAsync("build", "--progress", "plain", "--secret", $"id=word,src={context}/word", "-t", "packed", context);

        Assert.Equal(1, built.ExitCode);
        Assert.Contains($"secret \"word\" would leave the build: in \"/app/{file}!{inside}\" at byte ", built.All, StringComparison.Ordinal);
        Assert.DoesNotContain("not searched inside", built.All, StringComparison.Ordinal);
        Assert.DoesNotContain(value, built.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_UnderOtherPolicies_BuildsAndSharesNothingWithTheDefault()
    {
        var value = Guid.NewGuid().ToString("n");
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\n{Mount}cp /run/secrets/word /leak\n"), ("word", value));
        string[] arguments = ["build", "--progress", "plain", "--secret", $"id=word,src={context}/word", "-o", "type=cacheonly", context];

        var warned = await daemon.CofferAsync([.. arguments, "--seal", "warn"]);
        var off = await daemon.CofferAsync([.. arguments, "--seal", "off"]);
        var allowed = await daemon.CofferAsync([.. arguments, "--seal-allow", "id=word,path=/le*"]);
        var other = await daemon.CofferAsync([.. arguments, "--seal-allow", "id=word,path=/other"]);
        var enforced = await daemon.CofferAsync(arguments);
        var unknown = await daemon.CofferAsync([.. arguments, "--seal", "maybe"]);

        Assert.True(warned.ExitCode == 0, warned.All);
        Assert.Contains("secret \"word\" leaves the build: in \"/leak\" at byte 0", warned.All, StringComparison.Ordinal);
        Assert.True(off.ExitCode == 0, off.All);
        Assert.DoesNotContain("leaves the build", off.All, StringComparison.Ordinal);
        Assert.True(allowed.ExitCode == 0, allowed.All);
        Assert.Equal(1, other.ExitCode);
        Assert.Equal(1, enforced.ExitCode);
        Assert.Contains("would leave the build", enforced.All, StringComparison.Ordinal);
        Assert.Contains("it is enforce, warn or off", unknown.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_SecretThatIsTooShort_WarnsThatItIsNotSearched()
    {
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\n{Mount}cp /run/secrets/word /short\n"), ("word", "abc"));

        var built = await daemon.CofferAsync("build", "--no-cache", "--progress", "plain", "--secret", $"id=word,src={context}/word", "-o", "type=cacheonly", context);

        Assert.True(built.ExitCode == 0, built.All);
        Assert.Contains("secret \"word\" is too short or too common to be searched for", built.All, StringComparison.Ordinal);
    }

    private async Task AssertNowhereAsync()
    {
        var found = await daemon.RunAsync("grep", "-raF", "-l", Value, daemon.Root);
        Assert.True(found.ExitCode == 1, found.All);
    }
}
