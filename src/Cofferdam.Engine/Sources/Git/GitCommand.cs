using System.Diagnostics;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Runs git without the user's or the machine's configuration, hooks, prompts or protocols that run programs.</summary>
internal sealed class GitCommand(string directory, IReadOnlyList<KeyValuePair<string, string>> configuration)
{
    /// <summary>Runs it and returns what it wrote to standard output; throws with the last line of its standard error.</summary>
    /// <param name="progress">Gets standard error as it comes; may be null.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="arguments">The command line behind <c>git</c>.</param>
    public async Task<string> RunAsync(Action<ReadOnlyMemory<char>>? progress, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await ReadErrorsAsync(process, progress, cancellationToken);
            var text = await output;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new CofferdamException(ErrorCode.NotFound, $"git {arguments[0]} ended with exit code {process.ExitCode}: {RedactedText.Of(errors)}")
                {
                    Hint = "check the address, the network and, for a private repository, the secret GIT_AUTH_TOKEN",
                };
            }

            return text;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<string> ReadErrorsAsync(Process process, Action<ReadOnlyMemory<char>>? progress, CancellationToken cancellationToken)
    {
        var last = string.Empty;
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            last = line.Trim().Length > 0 ? line.Trim() : last;
            progress?.Invoke((RedactedText.Of(line) + "\n").AsMemory());
        }

        return last;
    }

    private Process Start(string[] arguments)
    {
#pragma warning disable RS0030 // The one place where the engine runs git.
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["HOME"] = "/nonexistent";
        start.Environment["GIT_ALLOW_PROTOCOL"] = "http:https:git";

        // Configuration goes by the environment: a header with a token must not be on the command line.
        var all = configuration.Append(KeyValuePair.Create("core.hooksPath", "/dev/null")).Append(KeyValuePair.Create("safe.directory", "*")).ToList();
        start.Environment["GIT_CONFIG_COUNT"] = all.Count.ToString();
        for (var i = 0; i < all.Count; i++)
        {
            start.Environment[$"GIT_CONFIG_KEY_{i}"] = all[i].Key;
            start.Environment[$"GIT_CONFIG_VALUE_{i}"] = all[i].Value;
        }

        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException("git was not started");
            process.StandardInput.Close();
            return process;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CofferdamException(ErrorCode.NotFound, $"running git: {error.Message.ToLowerInvariant()}", error) { Hint = "install git on the machine of the daemon" };
        }
#pragma warning restore RS0030
    }
}
