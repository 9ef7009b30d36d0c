using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Daemon;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer explain</c>.</summary>
internal sealed class ExplainCommand : CofferCommand
{
    private readonly Argument<string?> _build;
    private readonly Option<string?> _format;

    /// <summary>Makes the command.</summary>
    public ExplainCommand()
        : base("explain", "Tell why the steps of a build ran")
    {
        _build = Optional("BUILD", "The build's reference, of the last 50; without it, the last one");
        _format = One("--format", null, "FORMAT", "table or json");
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var isJson = JsonLines.IsWanted(parse.GetValue(_format));
        await using var connection = await context.ConnectAsync(cancellationToken);
        var build = await new Protocol.Daemon.Daemon.DaemonClient(connection.Invoker).ExplainAsync(new ExplainRequest { Ref = parse.GetValue(_build) ?? string.Empty }, cancellationToken: cancellationToken);
        if (isJson)
        {
            await context.Console.Output.WriteLineAsync(ExplainText.ToJson(build));
        }
        else
        {
            ExplainText.Write(build, context.Console.Output);
        }

        return 0;
    }
}
