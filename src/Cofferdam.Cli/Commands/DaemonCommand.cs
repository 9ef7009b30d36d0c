using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Daemon;
using Cofferdam.Model;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer daemon</c>.</summary>
internal sealed class DaemonCommand : CofferCommand
{
    private readonly Option<string[]> _addresses;
    private readonly Option<string?> _idleTimeout;
    private readonly Option<string?> _configuration;
    private readonly Option<bool> _debug;

    /// <summary>Makes the command.</summary>
    public DaemonCommand()
        : base("daemon", "Run the daemon in the foreground")
    {
        _addresses = Many("--addr", null, "ADDRESS", "Where to listen: unix:///path or tcp://host:port");
        _idleTimeout = One("--idle-timeout", null, "DURATION", "End after so long without work; 0 is never (default)");
        _configuration = One("--config", null, "PATH", "Configuration file, in the form of buildkitd.toml");
        _debug = Flag("--debug", null, "Log more");
        Examples = ["coffer daemon --addr tcp://127.0.0.1:1234", "docker buildx create --driver remote unix:///var/lib/cofferdam/run/cofferd.sock"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var addresses = parse.GetValue(_addresses) ?? [];
        var idle = parse.GetValue(_idleTimeout) is { } text ? DurationText.Parse(text) : TimeSpan.Zero;
        var options = new DaemonOptions
        {
            Root = context.Daemon.Root,
            Addresses = addresses.Length > 0 ? addresses : [context.Daemon.Address],
            IdleTimeout = idle > TimeSpan.Zero ? idle : null,
            ConfigurationFile = parse.GetValue(_configuration) is { } path ? context.Console.FullPath(path) : null,
            Debug = parse.GetValue(_debug),
        };
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
}
