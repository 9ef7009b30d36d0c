using System.Text.RegularExpressions;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Where secrets come from, and what changed ones do to the cache, with the real command line and daemon.</summary>
public sealed partial class SecretSourceTests : IDisposable
{
    private const string Dockerfile = """
        FROM scratch AS tools
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "--install", "-s", "/bin"]

        FROM tools
        RUN --mount=type=secret,id=npm,required wc -c < /run/secrets/npm > /count; date +%N >> /count
        RUN cat /count > /after
        """;

    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secret_ThatChanges_RunsItsStepAgainWhereItIsAskedFor()
    {
        await WriteAsync("correct-horse-1");
        Assert.Matches("exit 0", await BuildAsync("src=npm.txt"));
        await WriteAsync("correct-horse-22");
        Assert.Equal("cached", WasOf(await BuildAsync("src=npm.txt")));

        Assert.Equal("ran", WasOf(await BuildAsync("src=npm.txt,cache=value")));
        Assert.Equal("cached", WasOf(await BuildAsync("src=npm.txt,cache=value")));
        await WriteAsync("correct-horse-333");
        var changed = await BuildAsync("src=npm.txt,cache=value");
        Assert.Equal("ran", WasOf(changed));
        Assert.Contains("ran   secret \"npm\" changed\n", Flat(changed), StringComparison.Ordinal);
        Assert.Contains("RUN cat /count > /after", changed, StringComparison.Ordinal);
        await WriteAsync("correct-horse-22");
        Assert.Equal("cached", WasOf(await BuildAsync("src=npm.txt,cache=value")));

        Assert.Equal("cached", WasOf(await BuildAsync("src=npm.txt")));
        await _coffer.RunAsync("daemon", "--stop", "--force");
        foreach (var file in Directory.EnumerateFiles(_coffer.Root, "db.sqlite*"))
        {
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file, Token)).AsSpan().IndexOf("correct-horse"u8));
        }
    }

    [Fact]
    public async Task Secret_WithAKeyOfItsOwn_RunsItsStepAgainWhenThatChanges()
    {
        await WriteAsync("correct-horse-1");
        Assert.Matches("exit 0", await BuildAsync("src=npm.txt,cache=key:1"));
        await WriteAsync("correct-horse-2");
        Assert.Equal("cached", WasOf(await BuildAsync("src=npm.txt,cache=key:1")));

        Assert.Contains("ran   secret \"npm\" changed\n", Flat(await BuildAsync("src=npm.txt,cache=key:2")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cache=value", false)]
    [InlineData("cache=key:1", true)]
    public async Task Cache_ThatIsExported_HasNoStepThatIsKeyedByAValue(string choice, bool isThere)
    {
        await WriteAsync("correct-horse-1");
        Assert.Matches("exit 0", await BuildAsync("src=npm.txt," + choice, "--cache-to", "type=local,mode=max,dest=cache"));
        var config = Directory.EnumerateFiles(Path.Combine(_coffer.Directory, "cache/blobs/sha256")).Select(File.ReadAllText).Single(text => text.StartsWith("{\"layers\":[{\"blob\"", StringComparison.Ordinal));
        Assert.Equal(isThere ? 4 : 2, config.Split("\"blob\"").Length - 1);
        await _coffer.RunAsync("daemon", "--stop", "--force");
        _coffer.Root = Path.Combine(_coffer.Directory, "other");

        var built = await BuildAsync("src=npm.txt," + choice, "--cache-from", "type=local,src=cache");

        Assert.Matches(@"--install.*   cached   imported from .*cache\n", Flat(built));
        Assert.Equal(isThere ? "cached" : "ran", WasOf(built));
    }

    [Fact]
    public async Task Source_OfACommand_IsAskedOnlyWhenAStepRuns()
    {
        Assert.Matches("exit 0", await BuildAsync("from=exec:sh -c 'echo asked >> log; echo correct-horse'", "--seal", "off"));
        Assert.Matches("exit 0", await BuildAsync("from=exec:sh -c 'echo asked >> log; echo correct-horse'", "--seal", "off"));

        Assert.Equal("asked\n", await File.ReadAllTextAsync(Path.Combine(_coffer.Directory, "log"), Token));
    }

    [Fact]
    public async Task Source_ThatChangesByItself_CannotBeCachedByValue() =>
        Assert.Contains("secret npm: it changed while the build ran", await BuildAsync("from=exec:date +%N,cache=value"), StringComparison.Ordinal);

    [Fact]
    public async Task Source_ThatFails_IsTold()
    {
        var failed = await BuildAsync("from=exec:sh -c 'echo correct-horse; echo \"no entry\" >&2; false'");

        Assert.Contains("ERROR: read secret \"npm\" from \"exec:sh -c 'echo correct-horse; echo \\\"no entry\\\" >&2; false'\": the command ended with exit code 1: no entry", failed, StringComparison.Ordinal);
        Assert.Contains(">>> RUN --mount=type=secret", failed, StringComparison.Ordinal);
        Assert.Contains("hint: run the command by itself to see what is wrong", failed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_ThatIsRequiredAndMissing_IsToldWithItsLineAndHowToGiveIt()
    {
        var failed = await _coffer.BuildAsync(Dockerfile);

        Assert.Contains("ERROR: secret npm: not found", failed, StringComparison.Ordinal);
        Assert.Contains("   6 | >>> RUN --mount=type=secret,id=npm,required", failed, StringComparison.Ordinal);
        Assert.Contains("hint: give it with --secret id=npm,src=FILE", failed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credential_OfSystemd_IsDecrypted()
    {
        await WriteAsync("correct-horse-systemd");
        Environment.SetEnvironmentVariable("SYSTEMD_CREDENTIAL_SECRET", Path.Combine(_coffer.Directory, "host.secret")); // not the machine's key
        using var encrypt = System.Diagnostics.Process.Start("systemd-creds", ["--with-key=host", "--name=npm.cred", "encrypt", Path.Combine(_coffer.Directory, "npm.txt"), Path.Combine(_coffer.Directory, "npm.cred")]);
        await encrypt.WaitForExitAsync(Token);
        Assert.SkipUnless(encrypt.ExitCode == 0, "systemd-creds can't encrypt on this machine");

        var built = await BuildAsync("from=systemd-creds:npm.cred", "--output", "type=local,dest=out");

        Assert.Contains("exit 0", built, StringComparison.Ordinal);
        Assert.StartsWith("21\n", await File.ReadAllTextAsync(Path.Combine(_coffer.Directory, "out/count"), Token), StringComparison.Ordinal);
    }

    public void Dispose() => _coffer.Dispose();

    private Task WriteAsync(string value) => File.WriteAllTextAsync(Path.Combine(_coffer.Directory, "npm.txt"), value, Token);

    private Task<string> BuildAsync(string secret, params string[] arguments) =>
        _coffer.BuildAsync(Dockerfile, ["--explain", .. arguments.Contains("--output") ? [] : new[] { "--output", "type=cacheonly" }, "--secret", "id=npm," + secret, .. arguments]);

    private static string WasOf(string explained) => Step().Match(Flat(explained)).Groups[1].Value;

    private static string Flat(string table) => Spaces().Replace(table, "   ") + "\n";

    [GeneratedRegex(@"RUN --mount[^\n]*?   (cached|ran)")]
    private static partial Regex Step();

    [GeneratedRegex(" {3,}")]
    private static partial Regex Spaces();
}
