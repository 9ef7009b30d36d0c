using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Cli.DaemonControl;

/// <summary>Starts this program as a daemon, in a session of its own.</summary>
internal sealed class DaemonLauncher : IDaemonLauncher
{
    // Long enough that a day's builds share one, short enough that nothing is left overnight.
    private const string IdleTimeout = "10m";

    /// <inheritdoc/>
    public IStartedDaemon Start(DaemonAddress address)
    {
        var program = Environment.ProcessPath ?? throw new CofferdamException(ErrorCode.DaemonUnavailable, "cannot start the daemon: this program's own path is not known");
        Directory.CreateDirectory(address.Root);
        var log = Path.Combine(address.Root, "cofferd.log");
        var before = File.Exists(log) ? new FileInfo(log).Length : 0;
        string[] arguments = [program, "daemon", "--root", address.Root, "--addr", address.Address, "--idle-timeout", IdleTimeout];
        return new StartedDaemon(DetachedProcess.Start(program, arguments, log), log, before);
    }

    private sealed class StartedDaemon(DetachedProcess process, string logPath, long logStart) : IStartedDaemon
    {
        private const int ShownLines = 10;
        private const int ShownBytes = 8 * 1024;

        public bool HasEnded => process.HasExited(out _);

        public string LogPath => logPath;

        public string ReadLog()
        {
            using var stream = new FileStream(logPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Seek(Math.Max(logStart, stream.Length - ShownBytes), SeekOrigin.Begin);
            var lines = new StreamReader(stream).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return string.Join('\n', lines.TakeLast(ShownLines));
        }
    }
}
