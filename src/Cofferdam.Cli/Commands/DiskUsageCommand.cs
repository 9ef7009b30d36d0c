using System.CommandLine;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Control;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer du</c>.</summary>
internal sealed class DiskUsageCommand : CofferCommand
{
    private readonly Option<string[]> _filter;
    private readonly Option<bool> _verbose;
    private readonly Option<string?> _format;

    /// <summary>Makes the command.</summary>
    public DiskUsageCommand()
        : base("du", "Show what the cache takes of the disk")
    {
        _filter = Many("--filter", null, "FILTER", "Only what a filter names, for example type==exec.cachemount");
        _verbose = Flag("--verbose", null, "Show all that is known of each record");
        _format = One("--format", null, "FORMAT", "table or json");
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var json = JsonLines.IsWanted(parse.GetValue(_format));
        await using var connection = await context.ConnectAsync(cancellationToken);
        var request = new DiskUsageRequest();
        request.Filter.Add(parse.GetValue(_filter) ?? []);
        var response = await new Control.ControlClient(connection.Invoker).DiskUsageAsync(request, cancellationToken: cancellationToken);
        var console = context.Console;
        if (json)
        {
            response.Record.ToList().ForEach(record => console.Output.WriteLine(UsageText.ToJson(record)));
            return 0;
        }

        if (parse.GetValue(_verbose))
        {
            response.Record.ToList().ForEach(record => UsageText.WriteVerbose(record, console.Output));
        }
        else
        {
            UsageText.WriteTable(response.Record, console);
        }

        var total = response.Record.Sum(record => record.Size);
        var reclaimable = response.Record.Where(record => !record.InUse).Sum(record => record.Size);
        var shared = response.Record.Where(record => record.Shared).Sum(record => record.Size);
        await console.Output.WriteLineAsync(
            $"Shared:\t\t{ByteCount.Format(shared)}\nPrivate:\t{ByteCount.Format(total - shared)}\nReclaimable:\t{ByteCount.Format(reclaimable)}\nTotal:\t\t{ByteCount.Format(total)}");
        return 0;
    }
}
