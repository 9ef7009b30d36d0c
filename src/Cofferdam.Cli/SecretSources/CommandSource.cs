using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A program that prints the value.</summary>
internal sealed class CommandSource : ISecretSource
{
    private readonly SecretSurroundings _surroundings;

    /// <summary>Makes a source of a program and its arguments.</summary>
    public CommandSource(SecretSurroundings surroundings) => _surroundings = surroundings;

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <summary>The program, a name or a path.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Whether the line break that ends a single line is no part of the value.</summary>
    public bool EndsLine { get; init; }

    /// <summary>What to do where the program is missing.</summary>
    public string InstallHint { get; init; } = "install it, or give its path";

    /// <summary>What to do where it fails.</summary>
    public string FailureHint { get; init; } = "run the command by itself to see what is wrong";

    /// <summary>Whether the program is there.</summary>
    public bool IsThere => Locate() is not null;

    /// <inheritdoc/>
    public void Check() => Find();

    /// <inheritdoc/>
    public async Task<SecretValue> ReadAsync(CancellationToken cancellationToken)
    {
        using var run = new CommandRun(_surroundings);
        var exitCode = await run.RunAsync(Find(), Arguments, cancellationToken);
        if (exitCode != 0)
        {
            var said = run.Complaint;
            throw new SecretSourceException($"the command ended with exit code {exitCode}{(said.Length > 0 ? ": " + said : ", and said nothing")}") { Hint = FailureHint };
        }

        var output = run.Output;
        return WipedBuffer.ToValue(EndsLine && output.IndexOf((byte)'\n') == output.Length - 1 ? output.TrimEnd("\r\n"u8) : output);
    }

    private string Find() => Locate() ?? throw new SecretSourceException($"there is no program {Quote.Text(Program)}") { Hint = InstallHint };

    // Not as Process does it, which looks first into the working directory: a file there may be anyone's.
    private string? Locate() => Program.Contains('/', StringComparison.Ordinal)
        ? (_surroundings.FullPath(Program) is var path && IsProgram(path) ? path : null)
        : (_surroundings.Setting("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':').Where(Path.IsPathRooted).Select(directory => Path.Combine(directory, Program)).FirstOrDefault(IsProgram);

    private static bool IsProgram(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
