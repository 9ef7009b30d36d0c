using System.Diagnostics;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Waits for and ends commands.</summary>
internal static class ProcessExtensions
{
    /// <summary>Reads lines up to the one that ends with a text.</summary>
    public static async Task FindLineAsync(this StreamReader reader, string end)
    {
        var seen = new List<string>();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            seen.Add(line);
            if (line.EndsWith(end, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"no line ends with \"{end}\":\n{string.Join('\n', seen)}");
    }

    /// <summary>Does what Ctrl-C does, and returns the exit code and the rest of what was shown.</summary>
    public static async Task<(int ExitCode, string Shown)> InterruptAsync(this Process process)
    {
        await SignalAsync(process.Id, "INT");
        var shown = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, shown);
    }

    public static Task SignalAsync(int process, string signal) => RunAsync("kill", "-" + signal, process.ToString());

    /// <summary>Runs a program that must succeed.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
