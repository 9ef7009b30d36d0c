using Cofferdam.Cli.Terminal;
using Cofferdam.Model;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Daemon;
using Grpc.Core;
using DaemonClient = Cofferdam.Protocol.Daemon.Daemon.DaemonClient;

namespace Cofferdam.Cli.DaemonControl;

/// <summary>Connects to the daemon. This machine's own is started when it does not run, and replaced when it is idle and of another version.</summary>
/// <param name="dial">Connects to an address; throws when nothing listens there.</param>
/// <param name="launcher">Starts a daemon.</param>
internal sealed class DaemonConnector(Func<string, CancellationToken, Task<DaemonConnection>> dial, IDaemonLauncher launcher) : IDaemonConnector
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    /// <inheritdoc/>
    public async Task<DaemonConnection> ConnectAsync(DaemonAddress address, CommandConsole console, CancellationToken cancellationToken)
    {
        if (!address.IsOwn)
        {
            return await TryDialAsync(address.Address, cancellationToken)
                ?? throw new CofferdamException(ErrorCode.DaemonUnavailable, $"cannot connect to the daemon at {Quote.Text(address.Address)}")
                {
                    Hint = "check --host, COFFER_HOST and BUILDKIT_HOST, and that the daemon runs",
                };
        }

        if (await TryConnectAsync(address, console, cancellationToken) is { } connection)
        {
            return connection;
        }

        PrepareRoot(address.Root);

        // Whoever comes second waits here and then finds the daemon that the first one started.
        using var startLock = await StartLock.TakeAsync(address.Root, console.Time, cancellationToken);
        return await TryConnectAsync(address, console, cancellationToken) ?? await StartAsync(address, console, cancellationToken);
    }

    private static void PrepareRoot(string root)
    {
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CofferdamException(ErrorCode.DaemonUnavailable, $"make state directory {Quote.Text(root)}: {error.Message.TrimEnd('.')}", error) { Hint = "choose another directory with --root or COFFER_ROOT" };
        }
    }

    private async Task<DaemonConnection?> TryConnectAsync(DaemonAddress address, CommandConsole console, CancellationToken cancellationToken)
    {
        var connection = await TryDialAsync(address.Address, cancellationToken);
        if (connection is null)
        {
            return null;
        }

        var keep = false;
        try
        {
            keep = await IsUsableAsync(connection, address, console, cancellationToken);
            return keep ? connection : null;
        }
        finally
        {
            if (!keep)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<bool> IsUsableAsync(DaemonConnection connection, DaemonAddress address, CommandConsole console, CancellationToken cancellationToken)
    {
        try
        {
            var other = await connection.Invoker.CallUnary(DirectMethods.Describe, new DescribeRequest(), null, cancellationToken);
            if (other.Version == ProductVersion.Current)
            {
                return true;
            }

            var stopped = await new DaemonClient(connection.Invoker).StopAsync(new StopRequest(), cancellationToken: cancellationToken);
            if (!stopped.Stopped)
            {
                throw new ConflictException($"the daemon is version {other.Version} and busy with {stopped.ActiveBuilds} {(stopped.ActiveBuilds == 1 ? "build" : "builds")}, but this is version {ProductVersion.Current}")
                {
                    Hint = "wait for its builds to end, or use another --root",
                };
            }
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
        {
            // It is ending just now.
        }

        await WaitForEndAsync(address, console, cancellationToken);
        return false;
    }

    private async Task WaitForEndAsync(DaemonAddress address, CommandConsole console, CancellationToken cancellationToken)
    {
        var start = console.Time.GetTimestamp();
        while (console.Time.GetElapsedTime(start) < StopPatience)
        {
            var connection = await TryDialAsync(address.Address, cancellationToken);
            if (connection is null)
            {
                return;
            }

            await connection.DisposeAsync();
            await Task.Delay(Poll, console.Time, cancellationToken);
        }

        throw new CofferdamException(ErrorCode.DaemonUnavailable, $"the daemon of another version at {Quote.Text(address.Address)} does not end");
    }

    private async Task<DaemonConnection> StartAsync(DaemonAddress address, CommandConsole console, CancellationToken cancellationToken)
    {
        var daemon = launcher.Start(address);
        var start = console.Time.GetTimestamp();
        while (console.Time.GetElapsedTime(start) < StartPatience)
        {
            if (await TryDialAsync(address.Address, cancellationToken) is { } connection)
            {
                return connection;
            }

            if (daemon.HasEnded)
            {
                throw new CofferdamException(ErrorCode.DaemonUnavailable, "the daemon did not start" + Reason(daemon, out var hint)) { Hint = hint };
            }

            await Task.Delay(Poll, console.Time, cancellationToken);
        }

        throw new CofferdamException(ErrorCode.DaemonUnavailable, $"the daemon did not answer within {StartPatience.TotalSeconds} seconds") { Hint = $"its log is {Quote.Text(daemon.LogPath)}" };
    }

    // An error that the daemon tells as every command does is shown as its own; other output as it is.
    private static string Reason(IStartedDaemon daemon, out string hint)
    {
        const string Mark = "ERROR: ";
        const string HintMark = "\nhint: ";
        hint = $"its log is {Quote.Text(daemon.LogPath)}";
        var log = daemon.ReadLog();
        var at = log.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
        {
            return log.Length > 0 ? ":\n" + log : string.Empty;
        }

        var said = log[(at + Mark.Length)..];
        var end = said.IndexOf(HintMark, StringComparison.Ordinal);
        hint = end < 0 ? hint : said[(end + HintMark.Length)..];
        return ": " + (end < 0 ? said : said[..end]);
    }

    private async Task<DaemonConnection?> TryDialAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            return await dial(address, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or CofferdamException { Code: ErrorCode.DaemonUnavailable } or RpcException { StatusCode: StatusCode.Unavailable })
        {
            return null;
        }
    }
}
