using System.Diagnostics;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>What docker buildx shows of errors of this daemon, whole but for the progress.</summary>
public sealed class BuildxErrorTests(CofferCommand coffer) : IClassFixture<CofferCommand>
{
    private const string Busybox = "FROM scratch\nCOPY busybox /bin/busybox\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FailingStep_ShowsItsLinesAndOutput() => Assert.Equal(
        """
        exit 1
        ------
         > [2/2] RUN ["/bin/busybox", "sh", "-c", "echo one; exit 4"]:
        [TIME] one
        ------
        Dockerfile:4
        --------------------
           2 |     COPY busybox /bin/busybox
           3 |
           4 | >>> RUN ["/bin/busybox", "sh", "-c", "echo one; exit 4"]
           5 |
        --------------------
        ERROR: failed to build: failed to solve: process "/bin/busybox sh -c echo one; exit 4" did not complete successfully: exit code: 4
        """,
        await BuildAsync(Busybox + "\nRUN [\"/bin/busybox\", \"sh\", \"-c\", \"echo one; exit 4\"]\n"));

    [Fact]
    public async Task UnknownInstruction_ShowsItsLine() => Assert.EndsWith(
        """
        Dockerfile:2
        --------------------
           1 |     FROM scratch
           2 | >>> COPPY a b
           3 |
        --------------------
        ERROR: failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)
        """,
        await BuildAsync("FROM scratch\nCOPPY a b\n"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Attestations_AreRefusedByTheClient() =>
        Assert.EndsWith("are not supported by the current BuildKit daemon", await BuildAsync(Busybox, "--attest=type=provenance,mode=max"), StringComparison.Ordinal);

    // The circle of stages is found before anything runs, a mistyped file when the step does: both come with the lines.
    [Theory]
    [InlineData("FROM scratch AS one\nCOPY --from=two /a /\nFROM scratch AS two\nCOPY --from=one \\\n  /a /\n", "4", "circular dependency detected on stage: one")]
    [InlineData("FROM scratch\nCOPY \\\n  busybxo /bin/\n", "2", "\"/busybxo\": not found (did you mean \"busybox\"?)")]
    [InlineData("FROM scratch\n\nRUN --mount=type=chache,target=/a b\n", "3", "unsupported mount type \"chache\" (did you mean cache?)")]
    public async Task Mistake_ShowsItsLines(string dockerfile, string line, string message)
    {
        var shown = await BuildAsync(dockerfile);

        Assert.Contains($"\nDockerfile:{line}\n--------------------\n", shown, StringComparison.Ordinal);
        Assert.Contains($"\n{line,4} | >>> ", shown, StringComparison.Ordinal);
        Assert.EndsWith(message, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_AreNoWish() => Assert.StartsWith("exit 0", await BuildAsync(Busybox, "-o", "type=image,name=a"), StringComparison.Ordinal);

    private async Task<string> BuildAsync(string dockerfile, params string[] arguments)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var buildx = Path.Combine(Environment.GetEnvironmentVariable("PEERS") ?? Path.Combine(home, ".cache/cofferdam-peers"), "root/usr/libexec/docker/cli-plugins/docker-buildx");
        Assert.True(File.Exists(buildx), $"{buildx} is missing: run eng/install-peers");
        await File.WriteAllTextAsync(Path.Combine(coffer.Context, "Dockerfile"), dockerfile, Token);
        await coffer.RunAsync("images"); // Starts the daemon.
        await RunAsync(buildx, "create", "--name", "coffer", "--driver", "remote", $"unix://{coffer.Root}/run/cofferd.sock");
        var shown = await RunAsync(buildx, ["--builder", "coffer", "build", "--progress", "plain", .. arguments, coffer.Context]);
        return coffer.Normalize(string.Join('\n', shown.Split('\n').Where(line => line.Length > 0 && line[0] != '#' && !line.StartsWith("WARNING", StringComparison.Ordinal)).Select(line => line.TrimEnd())));
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["DOCKER_CONFIG"] = Path.Combine(coffer.Directory, "docker");
        start.Environment["BUILDX_CONFIG"] = Path.Combine(coffer.Directory, "buildx");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = await process.StandardError.ReadToEndAsync(Token);
        await output;
        await process.WaitForExitAsync(Token);
        return $"exit {process.ExitCode}\n{errors}";
    }
}
