namespace Cofferdam.Cli.DaemonControl;

/// <summary>A daemon just started.</summary>
internal interface IStartedDaemon
{
    /// <summary>Whether it has ended already, which is an error.</summary>
    bool HasEnded { get; }

    /// <summary>Where its output goes.</summary>
    string LogPath { get; }

    /// <summary>The last lines it wrote since it was started.</summary>
    string ReadLog();
}
