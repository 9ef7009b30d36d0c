using Cofferdam.Cli.Build;
using Cofferdam.Cli.DaemonControl;
using Cofferdam.Daemon;
using Cofferdam.Registry;

namespace Cofferdam.Cli;

/// <summary>The parts of the world that commands reach through; tests put others in.</summary>
internal sealed class CommandServices
{
    /// <summary>Finds or starts the daemon.</summary>
    public required IDaemonConnector Daemons { get; init; }

    /// <summary>Opens the client's side of sessions.</summary>
    public required IBuildSessions Sessions { get; init; }

    /// <summary>Asks a registry whether it takes credentials; throws <see cref="Model.UnauthorizedException"/> when it does not.</summary>
    public required Func<string, RegistryLogin, CancellationToken, Task> CheckLoginAsync { get; init; }

    /// <summary>Runs a daemon in this process until it is told to end.</summary>
    public required Func<DaemonOptions, CancellationToken, Task> RunDaemonAsync { get; init; }
}
