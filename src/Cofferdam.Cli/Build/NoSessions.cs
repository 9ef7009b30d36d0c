using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>A client without sessions.</summary>
internal sealed class NoSessions : IBuildSessions
{
    /// <inheritdoc/>
    public Task<IBuildSession> OpenAsync(DaemonConnection connection, SessionContents contents, CommandConsole console, CancellationToken cancellationToken) =>
        throw new UnsupportedException("sessions are not supported yet");
}
