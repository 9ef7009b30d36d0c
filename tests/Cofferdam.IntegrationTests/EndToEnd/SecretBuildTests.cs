using System.Diagnostics;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A build with a secret by the real command line and by the real docker buildx, against a real daemon.</summary>
public sealed class SecretBuildTests : IDisposable
{
    private const string Secret = "correct-horse-battery-staple";
    private const string Dockerfile = """
        FROM scratch
        COPY busybox /bin/busybox
        RUN --mount=type=secret,id=word ["/bin/busybox", "sh", "-c", "/bin/busybox wc -c < /run/secrets/word > /count"]
        CMD ["/bin/busybox", "cat", "/count"]
        """;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Context => Path.Combine(_directory.Path, "context");

    private string Root => Path.Combine(_directory.Path, "root");

    public SecretBuildTests()
    {
        Directory.CreateDirectory(Context);
        File.Copy("/bin/busybox", Path.Combine(Context, "busybox"));
        File.WriteAllText(Path.Combine(Context, "Dockerfile"), Dockerfile);
        File.WriteAllText(Path.Combine(_directory.Path, "word"), Secret);
    }

    [Fact]
    public async Task Build_WithSecret_RunsAndLeavesItNowhere()
    {
        var (built, log) = await CofferAsync("build", "--progress", "plain", "--secret", $"id=word,src={_directory.Path}/word", "-t", "counted", Context);
        Assert.True(built == 0, log);

        var (ran, output) = await CofferAsync("run", "counted");
        Assert.Equal(0, ran);
        Assert.Equal(Secret.Length.ToString(), output.Trim());

        var (again, cached) = await CofferAsync("build", "--progress", "plain", "--secret", $"id=word,src={_directory.Path}/word", "-t", "counted", Context);
        Assert.Equal(0, again);
        Assert.Contains("CACHED", cached, StringComparison.Ordinal);

        var (stopped, _) = await CofferAsync("daemon", "--stop");
        Assert.Equal(0, stopped);
        var (found, where) = await RunAsync("grep", new Dictionary<string, string>(), "-raF", "-l", Secret, Root);
        Assert.True(found == 1, where);
    }

    [Fact]
    public async Task Buildx_WithRemoteDriver_BuildsAndGetsItsOutput()
    {
        var buildx = Path.Combine(Environment.GetEnvironmentVariable("PEERS") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/cofferdam-peers"), "root/usr/libexec/docker/cli-plugins/docker-buildx");
        Assert.True(File.Exists(buildx), $"{buildx} is missing: run eng/install-peers");
        var (started, reason) = await CofferAsync("images"); // Starts the daemon.
        Assert.True(started == 0, reason);
        var settings = new Dictionary<string, string> { ["DOCKER_CONFIG"] = Path.Combine(_directory.Path, "docker"), ["BUILDX_CONFIG"] = Path.Combine(_directory.Path, "buildx") };

        var (created, error) = await RunAsync(buildx, settings, "create", "--name", "coffer", "--driver", "remote", $"unix://{Root}/run/cofferd.sock");
        Assert.True(created == 0, error);
        var (built, log) = await RunAsync(buildx, settings, "--builder", "coffer", "build", "--progress", "plain", "--secret", $"id=word,src={_directory.Path}/word", "-o", $"type=local,dest={_directory.Path}/out", Context);

        Assert.True(built == 0, log);
        Assert.Equal(Secret.Length.ToString(), File.ReadAllText(Path.Combine(_directory.Path, "out/count")).Trim());
    }

    public void Dispose()
    {
        using (var stop = Start(Path.Combine(AppContext.BaseDirectory, "coffer"), new Dictionary<string, string> { ["COFFER_ROOT"] = Root }, ["daemon", "--stop", "--force"]))
        {
            stop.WaitForExit(TimeSpan.FromSeconds(15));
        }

        _directory.Dispose();
    }

    private Task<(int ExitCode, string Output)> CofferAsync(params string[] arguments) =>
        RunAsync(Path.Combine(AppContext.BaseDirectory, "coffer"), new Dictionary<string, string> { ["COFFER_ROOT"] = Root }, arguments);

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, Dictionary<string, string> settings, params string[] arguments)
    {
        using var process = Start(program, settings, arguments);
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output + await errors);
    }

    private static Process Start(string program, Dictionary<string, string> settings, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
