using System.CommandLine;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Control;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer prune</c>.</summary>
internal sealed class PruneCommand : CofferCommand
{
    private const long NanosecondsPerTick = 100;
    private readonly Option<string[]> _filter;
    private readonly Option<bool> _all;
    private readonly Option<string?> _keepDuration;
    private readonly Option<string?> _reserved;
    private readonly Option<string?> _most;
    private readonly Option<string?> _free;
    private readonly Option<bool> _verbose;

    /// <summary>Makes the command.</summary>
    public PruneCommand()
        : base("prune", "Remove cache that is not in use")
    {
        _filter = Many("--filter", null, "FILTER", "Only what a filter names; until=24h spares what was used since");
        _all = Flag("--all", "-a", "Remove internal and frontend images, too");
        _keepDuration = One("--keep-duration", null, "DURATION", "Keep what was used within this time, for example 24h");
        _reserved = One("--reserved-space", null, "SIZE", "Always keep so much");
        _most = One("--max-used-space", null, "SIZE", "Keep at most so much");
        _free = One("--min-free-space", null, "SIZE", "Remove until so much of the disk is free");
        _verbose = Flag("--verbose", null, "Show all that is known of each record");
        Flag("--force", "-f", "Accepted for docker's sake; nothing is asked");
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var request = new PruneRequest
        {
            All = parse.GetValue(_all),
            KeepDuration = Nanoseconds(parse.GetValue(_keepDuration)),
            ReservedSpace = Size(parse, _reserved),
            MaxUsedSpace = Size(parse, _most),
            MinFreeSpace = Size(parse, _free),
        };
        foreach (var filter in parse.GetValue(_filter) ?? [])
        {
            if (filter.StartsWith("until=", StringComparison.Ordinal))
            {
                request.KeepDuration = Nanoseconds(filter["until=".Length..]);
            }
            else
            {
                request.Filter.Add(filter);
            }
        }

        await using var connection = await context.ConnectAsync(cancellationToken);
        using var call = new Control.ControlClient(connection.Invoker).Prune(request, cancellationToken: cancellationToken);
        var records = new List<UsageRecord>();
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            records.Add(call.ResponseStream.Current);
        }

        if (parse.GetValue(_verbose))
        {
            records.ForEach(record => UsageText.WriteVerbose(record, context.Console.Output));
        }
        else if (records.Count > 0)
        {
            UsageText.WriteTable(records, context.Console);
        }

        await context.Console.Output.WriteLineAsync($"Total:\t{ByteCount.Format(records.Sum(record => record.Size))}");
        return 0;
    }

    private static long Size(ParseResult parse, Option<string?> option) => parse.GetValue(option) is { } text ? ByteCount.Parse(text, option.Name) : 0;

    private static long Nanoseconds(string? text) => text is null ? 0 : DurationText.Parse(text).Ticks * NanosecondsPerTick;
}
