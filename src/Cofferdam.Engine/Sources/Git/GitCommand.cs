using System.Diagnostics;
using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Runs git without the user's or the machine's configuration, hooks, prompts or protocols that run programs.</summary>
/// <param name="directory">Where it runs.</param>
/// <param name="configuration">Its configuration; may have secrets.</param>
/// <param name="variables">More environment variables.</param>
/// <param name="hint">What users can do where it fails.</param>
internal sealed class GitCommand(string directory, IReadOnlyList<KeyValuePair<string, string>> configuration, IReadOnlyDictionary<string, string> variables, string hint)
{
    private const int KeptLines = 50;

    // What git and curl are told of the way out; nothing else of the daemon's environment reaches them.
    private static readonly string[] _passedOn =
    [
        "PATH", "TMPDIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    ];

    /// <summary>Runs it and returns what it wrote to standard output; throws with what it said where it fails.</summary>
    /// <param name="progress">Gets standard error as it comes; may be null.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="arguments">The command line behind <c>git</c>.</param>
    public async Task<string> RunAsync(Action<ReadOnlyMemory<char>>? progress, CancellationToken cancellationToken, params string[] arguments)
    {
        var outcome = await TryRunAsync(progress, cancellationToken, arguments);
        return outcome.IsSuccess ? outcome.Output : throw Failure(outcome, arguments[0]);
    }

    /// <summary>Runs it and returns how it ended.</summary>
    /// <param name="progress">Gets standard error as it comes; may be null.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="arguments">The command line behind <c>git</c>.</param>
    public async Task<GitOutcome> TryRunAsync(Action<ReadOnlyMemory<char>>? progress, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(arguments);
        try
        {
            using var output = new MemoryStream();
            var copying = process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
            var errors = await ReadErrorsAsync(process, progress, cancellationToken);
            await copying;
            await process.WaitForExitAsync(cancellationToken);
            return new GitOutcome(process.ExitCode, output.ToArray(), errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>The bytes of an object.</summary>
    public async Task<byte[]> ReadObjectAsync(string kind, string hash, CancellationToken cancellationToken)
    {
        var outcome = await TryRunAsync(null, cancellationToken, "cat-file", kind, hash);
        return outcome.IsSuccess ? outcome.OutputBytes : throw Failure(outcome, "cat-file");
    }

    /// <summary>The error for a run that failed.</summary>
    public CofferdamException Failure(GitOutcome outcome, string command) =>
        new(ErrorCode.NotFound, $"git {command} ended with exit code {outcome.ExitCode}: {RedactedText.Of(outcome.Reason)}") { Hint = hint };

    private static async Task<IReadOnlyList<string>> ReadErrorsAsync(Process process, Action<ReadOnlyMemory<char>>? progress, CancellationToken cancellationToken)
    {
        var last = new Queue<string>();
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Trim() is { Length: > 0 } text)
            {
                last.Enqueue(text);
                if (last.Count > KeptLines)
                {
                    last.Dequeue();
                }
            }

            progress?.Invoke((RedactedText.Of(line) + "\n").AsMemory());
        }

        return [.. last];
    }

    private Process Start(string[] arguments)
    {
#pragma warning disable RS0030 // The one place where the engine runs git.
        // The shell is for the umask: the modes of files checked out must not depend on that of the daemon.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "umask 022 && exec git \"$@\"", "git", .. arguments])
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        SetEnvironment(start.Environment);
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

    private void SetEnvironment(IDictionary<string, string?> environment)
    {
        var kept = _passedOn.Select(name => KeyValuePair.Create(name, environment.TryGetValue(name, out var value) ? value : null)).Where(pair => pair.Value is not null).ToList();
        environment.Clear();
        foreach (var (name, value) in kept)
        {
            environment[name] = value;
        }

        environment["LC_ALL"] = "C";
        environment["HOME"] = "/dev/null";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";

        // A repository must not have files of the daemon's machine as its submodules, nor programs as its transport.
        environment["GIT_ALLOW_PROTOCOL"] = "http:https:git:ssh";
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        // Configuration goes by the environment: a header with a token must not be on the command line.
        var all = configuration.Append(KeyValuePair.Create("core.hooksPath", "/dev/null")).Append(KeyValuePair.Create("safe.directory", "*")).ToList();
        environment["GIT_CONFIG_COUNT"] = all.Count.ToString(CultureInfo.InvariantCulture);
        for (var i = 0; i < all.Count; i++)
        {
            environment[$"GIT_CONFIG_KEY_{i}"] = all[i].Key;
            environment[$"GIT_CONFIG_VALUE_{i}"] = all[i].Value;
        }
    }
}
