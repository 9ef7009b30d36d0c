using Cofferdam.Cli.Terminal;

namespace Cofferdam.Cli.DaemonControl;

/// <summary>Finds the daemon, or starts it.</summary>
internal interface IDaemonConnector
{
    /// <summary>A connection to the daemon, which answers; the caller disposes it.</summary>
    Task<DaemonConnection> ConnectAsync(DaemonAddress address, CommandConsole console, CancellationToken cancellationToken);
}
