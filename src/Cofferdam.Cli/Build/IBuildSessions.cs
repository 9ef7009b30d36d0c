using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Terminal;

namespace Cofferdam.Cli.Build;

/// <summary>Opens the client's side of sessions.</summary>
internal interface IBuildSessions
{
    /// <summary>Opens a session on a connection; the caller disposes it after the build.</summary>
    Task<IBuildSession> OpenAsync(DaemonConnection connection, SessionContents contents, CommandConsole console, CancellationToken cancellationToken);
}
