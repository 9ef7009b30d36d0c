namespace Cofferdam.Model;

/// <summary>A step's process ended with an exit code that the step does not allow.</summary>
public sealed class ExecFailedException(IReadOnlyList<string> arguments, int exitCode)
    : CofferdamException(
        ErrorCode.ExecFailed,
        $"process {Quote.Text(string.Join(' ', arguments))} did not complete successfully: exit code: {exitCode}")
{
    /// <summary>The exit code; 128 plus the number of the signal that ended the process.</summary>
    public int ExitCode { get; } = exitCode;
}
