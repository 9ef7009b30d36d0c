namespace Cofferdam.Cli.DaemonControl;

/// <summary>Starts a daemon that outlives this command.</summary>
internal interface IDaemonLauncher
{
    /// <summary>Starts one for an address; it does not answer yet.</summary>
    IStartedDaemon Start(DaemonAddress address);
}
