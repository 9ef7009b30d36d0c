using Cofferdam.Model;

namespace Cofferdam.Cli;

/// <summary>Ends a command with an exit code after all that is to be said has been said.</summary>
internal sealed class ExitException(int exitCode) : CofferdamException(ErrorCode.ExecFailed, $"exit code {exitCode}")
{
    /// <summary>The exit code.</summary>
    public int ExitCode { get; } = exitCode;
}
