using Cofferdam.Linux;

namespace Cofferdam.Cli.Terminal;

/// <summary>What a command sees of the world it was started in.</summary>
internal sealed class CommandConsole
{
    /// <summary>Standard input.</summary>
    public required Stream Input { get; init; }

    /// <summary>Standard output as bytes; <see cref="Output"/> is flushed after each write, so both may be used.</summary>
    public required Stream OutputStream { get; init; }

    /// <summary>Standard output as text: data.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error: everything else.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard error as bytes; <see cref="Error"/> is flushed after each write, so both may be used.</summary>
    public required Stream ErrorStream { get; init; }

    /// <summary>The signals of this process; null where there are none.</summary>
    public Interrupts? Interrupts { get; init; }

    /// <summary>Whether standard input is a terminal.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The value of an environment variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The directory that relative paths start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Rows and columns of the terminal.</summary>
    public Func<(int Rows, int Columns)> Size { get; init; } = static () => (24, 80);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether colours may be shown (no-color.org).</summary>
    public bool Colors => string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    /// <summary>The console of this process.</summary>
    public static CommandConsole OfProcess(Interrupts interrupts)
    {
        var output = Console.OpenStandardOutput();
        var error = Console.OpenStandardError();
        return new CommandConsole
        {
            Input = Console.OpenStandardInput(),
            OutputStream = output,
            Output = new StreamWriter(output) { AutoFlush = true },
            Error = new StreamWriter(error) { AutoFlush = true },
            ErrorStream = error,
            Interrupts = interrupts,
            InputIsTerminal = TerminalMode.IsTerminal(0),
            OutputIsTerminal = TerminalMode.IsTerminal(1),
            ErrorIsTerminal = TerminalMode.IsTerminal(2),
            Variable = Environment.GetEnvironmentVariable,
            WorkingDirectory = Environment.CurrentDirectory,
            Size = static () => TerminalMode.GetSize(2) ?? TerminalMode.GetSize(1) ?? (24, 80),
        };
    }

    /// <summary>An absolute path of what the user wrote; <c>~/</c> is the home directory.</summary>
    public string FullPath(string path) => path.StartsWith("~/", StringComparison.Ordinal) && Variable("HOME") is { Length: > 0 } home
        ? Path.GetFullPath(path[2..], home)
        : Path.GetFullPath(path, WorkingDirectory);
}
