using Cofferdam.Cli.Terminal;
using Cofferdam.Model;
using Grpc.Core;

namespace Cofferdam.Cli.Errors;

/// <summary>Shows an error: the lines of the Dockerfile it lies at, the message, and a hint after an empty line.</summary>
internal static class ErrorPrinter
{
    /// <summary>Shows an error and returns the exit code for it.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="console">Where to show it.</param>
    /// <param name="interrupted">Whether the user had asked to stop.</param>
    public static ExitCode Print(Exception exception, CommandConsole console, bool interrupted)
    {
        if (interrupted && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            console.Error.WriteLine("canceled");
            return ExitCode.Interrupted;
        }

        var (message, locations, hint) = Describe(exception);
        foreach (var excerpt in locations.Select(SourceExcerpt.Of).Where(excerpt => excerpt.Length > 0))
        {
            console.Error.Write(excerpt);
        }

        var (red, reset) = console.ErrorIsTerminal && console.Colors ? ("\e[1;31m", "\e[0m") : (string.Empty, string.Empty);
        console.Error.WriteLine($"{red}ERROR:{reset} {message}");
        if (hint is not null && !message.Contains(hint, StringComparison.Ordinal))
        {
            console.Error.WriteLine($"\nhint: {hint}");
        }

        return exception is UsageException ? ExitCode.Usage : ExitCode.Failure;
    }

    private static (string Message, IEnumerable<SourceLocation> Locations, string? Hint) Describe(Exception exception)
    {
        switch (exception)
        {
            case RpcException { StatusCode: StatusCode.Unavailable } lost:
                return ($"the daemon is gone before it was done: {lost.Status.Detail}", [], "it was stopped, killed or crashed; run the command again: it starts a new daemon, which cleans up what is left");
            case RpcException rpc:
                var details = ErrorDetails.Of(rpc);
                var hint = details.Hint ?? (rpc.StatusCode == StatusCode.Unimplemented && ReferenceEquals(details, ErrorDetails.None) ? "the daemon does not offer this; is it another program or an older version?" : null);
                return (rpc.Status.Detail.Length > 0 ? rpc.Status.Detail : rpc.StatusCode.ToString(), details.Locations, hint);
            case CofferdamException error:
                return (error.Message, error.Location is { } location ? [location] : [], error.Hint);
            case UnauthorizedAccessException or IOException:
                return (exception.Message.TrimEnd('.'), [], null);
            case OperationCanceledException:
                return ("canceled", [], null);
            default:
                return ($"unexpected {exception.GetType().Name}: {exception.Message}", [], "this is a defect of coffer; please report it with what you did");
        }
    }
}
