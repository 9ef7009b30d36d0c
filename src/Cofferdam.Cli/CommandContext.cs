using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Terminal;

namespace Cofferdam.Cli;

/// <summary>What a command is run with.</summary>
/// <param name="Console">Where it reads and writes.</param>
/// <param name="Services">What it uses.</param>
/// <param name="Daemon">Which daemon it talks to.</param>
internal sealed record CommandContext(CommandConsole Console, CommandServices Services, DaemonAddress Daemon)
{
    /// <summary>Connects to the daemon; starts one when it is this machine's and none runs.</summary>
    public Task<DaemonConnection> ConnectAsync(CancellationToken cancellationToken) => Services.Daemons.ConnectAsync(Daemon, Console, cancellationToken);
}
