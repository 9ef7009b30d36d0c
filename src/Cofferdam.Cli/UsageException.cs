using Cofferdam.Model;

namespace Cofferdam.Cli;

/// <summary>The command line itself is wrong; ends the command with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : CofferdamException(ErrorCode.InvalidInput, message);
