using System.Diagnostics;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Builds that fail or are stopped, as users of docker buildx and coffer see them.</summary>
[Collection(DaemonGroup.Name)]
public sealed class BuildxFailureTests(DaemonFixture daemon)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("RUN echo said; exit 7", """failed to solve: process "/bin/sh -c echo said; exit 7" did not complete successfully: exit code: 7""")]
    [InlineData("COPY missing /", "failed to solve: failed to compute cache key: failed to calculate checksum of ref")]
    [InlineData("COPPY a b", "failed to solve: dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)")]
    public async Task Step_Failing_IsShownWithItsLine(string line, string message)
    {
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\n{line}\n"));

        var result = await daemon.BuildxAsync("build", "--progress", "plain", context);
        var own = await daemon.CofferAsync("build", "--progress", "plain", context);

        Assert.Equal((1, 1), (result.ExitCode, own.ExitCode));
        Assert.Contains("Dockerfile:2\n--------------------\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("   2 | >>> " + line, result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains("   2 | >>> " + line, own.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_Missing_IsSaidWithoutACode()
    {
        var result = await daemon.BuildxAsync("build", daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Registry}/none\n")));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"failed to solve: {daemon.Registry}/none: ", result.Error, StringComparison.Ordinal);
        Assert.Contains($"   1 | >>> FROM {daemon.Registry}/none", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_KeepsStepsLogAndError()
    {
        await daemon.BuildxAsync("build", daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nRUN echo to the log; exit 3\n")));

        var list = await daemon.BuildxAsync("history", "ls", "--format", "{{.Ref}} {{.Status}}");
        var last = list.Output.Split('\n')[0];
        Assert.EndsWith(" Error", last, StringComparison.Ordinal);
        var name = last.Split(' ')[0].Split('/')[^1];
        var inspected = await daemon.BuildxAsync("history", "inspect", name);
        var logs = await daemon.BuildxAsync("history", "logs", "--progress", "plain", name);
        var removed = await daemon.BuildxAsync("history", "rm", name);
        var again = await daemon.BuildxAsync("history", "inspect", name);

        Assert.True(inspected.ExitCode == 0, inspected.All);
        Assert.Matches(@"(?m)^Build Steps:\s+(\d+)/\1 ", inspected.Output);
        Assert.Contains("   2 | >>> RUN echo to the log; exit 3", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("> to the log", inspected.Output, StringComparison.Ordinal);
        Assert.Contains(" to the log\n", logs.All, StringComparison.Ordinal);
        Assert.Contains("exit code: 3", logs.All, StringComparison.Ordinal);
        Assert.Equal((0, 1), (removed.ExitCode, again.ExitCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Interrupted_EndsTheStepToo(bool isCoffer)
    {
        var context = daemon.NewDirectory(("Dockerfile", $"FROM {daemon.Base}\nRUN echo begun; sleep 98{(isCoffer ? 1 : 2)}\n"));
        using var process = daemon.Start(isCoffer, "build", "--progress", "plain", "--no-cache", context);
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync(Token) is { } line)
        {
            said.Add(line);
            if (line.EndsWith(" begun", StringComparison.Ordinal))
            {
                Assert.Equal(0, (await daemon.RunAsync("kill", "-INT", process.Id.ToString())).ExitCode);
            }
        }

        await process.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Contains(said, line => line.EndsWith(" CANCELED", StringComparison.Ordinal));
        Assert.True(process.ExitCode == 130, string.Join('\n', said));
        Assert.DoesNotContain(Process.GetProcessesByName("sleep"), each => CommandLine(each).Contains(isCoffer ? "981" : "982", StringComparison.Ordinal));
    }

    private static string CommandLine(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }
}
