using System.Diagnostics;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Runs programs as a user would.</summary>
internal static class Programs
{
    /// <summary>Where eng/install-peers put Docker's programs.</summary>
    public static string Peers { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("PEERS") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/cofferdam-peers"), "root/usr");

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProgramResult> RunAsync(string program, IReadOnlyDictionary<string, string> settings, string directory, Stream? input, params IEnumerable<string> arguments)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(2));
        using var process = Start(program, settings, directory, arguments);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            await (input ?? Stream.Null).CopyToAsync(process.StandardInput.BaseStream, timeout.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(timeout.Token);
            return new ProgramResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts a program.</summary>
    public static Process Start(string program, IReadOnlyDictionary<string, string> settings, string directory, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
