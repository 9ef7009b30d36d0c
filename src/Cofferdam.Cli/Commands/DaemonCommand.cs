using System.CommandLine;
using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Parsing;
using Cofferdam.Daemon;
using Cofferdam.Model;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Daemon;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer daemon</c>.</summary>
internal sealed class DaemonCommand : CofferCommand
{
    private readonly Option<string[]> _addresses;
    private readonly Option<string?> _idleTimeout;
    private readonly Option<string?> _configuration;
    private readonly Option<string[]> _entitlements;
    private readonly Option<bool> _debug;
    private readonly Option<bool> _stop;
    private readonly Option<bool> _status;
    private readonly Option<bool> _force;

    /// <summary>Makes the command.</summary>
    public DaemonCommand()
        : base("daemon", "Run the daemon in the foreground")
    {
        _addresses = Many("--addr", null, "ADDRESS", "Where to listen: unix:///path or tcp://host:port");
        _idleTimeout = One("--idle-timeout", null, "DURATION", "End after so long without work; 0 is never (default)");
        _configuration = One("--config", null, "PATH", "Configuration file, in the form of buildkitd.toml (default /etc/cofferdam/cofferd.toml; for a user cofferdam/cofferd.toml in XDG_CONFIG_HOME)");
        _entitlements = Many("--allow-insecure-entitlement", null, "NAME", "What builds may be granted besides network.host: security.insecure");
        _debug = Flag("--debug", null, "Log more");
        _stop = Flag("--stop", null, "End the daemon that runs, when it is idle");
        _status = Flag("--status", null, "Show the daemon that runs");
        _force = Flag("--force", null, "With --stop: also when builds run");
        Examples = ["coffer daemon --addr tcp://127.0.0.1:1234", "docker buildx create --driver remote unix:///var/lib/cofferdam/run/cofferd.sock"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_stop) || parse.GetValue(_status))
        {
            return await AskAsync(parse, context, cancellationToken);
        }

        var addresses = parse.GetValue(_addresses) ?? [];
        var idle = parse.GetValue(_idleTimeout) is { } text ? DurationText.Parse(text) : TimeSpan.Zero;
        var options = new DaemonOptions
        {
            Root = context.Daemon.Root,
            Addresses = [context.Daemon.Address],
            IdleTimeout = idle > TimeSpan.Zero ? idle : null,
            AllowedEntitlements = ["network.host", .. parse.GetValue(_entitlements) ?? []],
            Debug = parse.GetValue(_debug),
        };
        if ((parse.GetValue(_configuration) ?? DaemonAddress.FindConfiguration(context.Console)) is { } configuration)
        {
            options = ConfigurationFile.Apply(configuration, options);
        }

        if (addresses.Length > 0)
        {
            options = options with { Addresses = addresses };
        }

        if (options.Addresses.FirstOrDefault(address => !address.StartsWith("unix://", StringComparison.Ordinal) && !address.StartsWith("tcp://", StringComparison.Ordinal)) is { } wrong)
        {
            throw new UsageException($"cannot listen on {Quote.Text(wrong)}") { Hint = "write it as unix:///path/to/socket or tcp://host:port" };
        }

        try
        {
            await context.Services.RunDaemonAsync(options, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A signal is the usual end of a daemon.
        }

        return 0;
    }

    private async Task<int> AskAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        RpcChannel channel;
        try
        {
            channel = await RpcChannel.ConnectAsync(context.Daemon.Address, cancellationToken);
        }
        catch (CofferdamException error) when (error.Code == ErrorCode.DaemonUnavailable)
        {
            await context.Console.Error.WriteLineAsync("no daemon runs".AsMemory(), cancellationToken);
            return parse.GetValue(_stop) ? 0 : 1;
        }

        int process;
        await using (channel)
        {
            var client = new Protocol.Daemon.Daemon.DaemonClient(channel.Calls);
            var daemon = await client.DescribeAsync(new DescribeRequest(), cancellationToken: cancellationToken);
            if (parse.GetValue(_status))
            {
                await context.Console.Output.WriteLineAsync($"version {daemon.Version}\npid {daemon.ProcessId}\nroot {daemon.Root}\nexecutor {daemon.Executor}\nbuilds {daemon.ActiveBuilds}".AsMemory(), cancellationToken);
                return 0;
            }

            var answer = await client.StopAsync(new StopRequest { Force = parse.GetValue(_force) }, cancellationToken: cancellationToken);
            if (!answer.Stopped)
            {
                throw new ConflictException($"the daemon is busy with {answer.ActiveBuilds} builds") { Hint = "wait for them, or use --force" };
            }

            process = daemon.ProcessId;
        }

        // The connection is closed by now: the daemon waits for its clients.
        await WaitForEndAsync(process, context, cancellationToken);
        return 0;
    }

    private static async Task WaitForEndAsync(int process, CommandContext context, CancellationToken cancellationToken)
    {
        while (IsRunning(process))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), context.Console.Time, cancellationToken);
        }
    }

    // proc(5): the state stands behind the name in parentheses. One that has ended stays until its parent asks for it.
    private static bool IsRunning(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..] is not ['Z' or 'X', ..];
        }
        catch (IOException)
        {
            return false;
        }
    }
}
