using System.Globalization;

namespace Cofferdam.Cli.Progress;

/// <summary>Draws the state of a build as lines of a terminal. Pure: the same model, time and size give the same lines.</summary>
internal sealed class TerminalFrame(bool colors)
{
    private const int LogLines = 6;
    private const int TransferLines = 8;

    /// <summary>The lines.</summary>
    /// <param name="model">The build.</param>
    /// <param name="now">The time.</param>
    /// <param name="rows">Rows of the terminal; all steps are shown when zero.</param>
    /// <param name="columns">Columns of the terminal.</param>
    /// <param name="finished">Whether the build has ended.</param>
    /// <param name="succeeded">Whether it ended well.</param>
    public IReadOnlyList<FrameLine> Draw(ProgressModel model, DateTimeOffset now, int rows, int columns, bool finished, bool succeeded)
    {
        var steps = model.Steps.Where(step => step.Number > 0).OrderBy(step => step.Number).ToList();
        var lines = new List<FrameLine> { Header(model, now, columns, finished, succeeded) };
        var blocks = steps.Select(step => Block(step, now, columns, finished)).ToList();
        var space = rows == 0 ? int.MaxValue : Math.Max(3, rows - 2);
        Shrink(blocks, steps, space);
        lines.AddRange(blocks.SelectMany(block => block));
        return lines;
    }

    // What has ended goes first, oldest first; then the output of what runs; then the newest steps.
    private static void Shrink(List<List<FrameLine>> blocks, List<StepState> steps, int space)
    {
        var total = blocks.Sum(block => block.Count);
        foreach (var keep in new[] { 1, 0 })
        {
            for (var i = 0; i < blocks.Count && total > space; i++)
            {
                if (steps[i].Completed is not null && blocks[i].Count > keep && (steps[i].Error is null || keep == 1))
                {
                    total -= blocks[i].Count - keep;
                    blocks[i].RemoveRange(keep, blocks[i].Count - keep);
                }
            }
        }

        for (var i = 0; i < blocks.Count && total > space; i++)
        {
            if (blocks[i].Count > 1)
            {
                total -= blocks[i].Count - 1;
                blocks[i].RemoveRange(1, blocks[i].Count - 1);
            }
        }

        for (var i = blocks.Count - 1; i >= 0 && total > space; i--)
        {
            total -= blocks[i].Count;
            blocks[i].Clear();
        }
    }

    private static FrameLine Header(ProgressModel model, DateTimeOffset now, int columns, bool finished, bool succeeded)
    {
        var elapsed = model.Started is { } started ? (now - started).TotalSeconds : 0;
        var state = !finished ? string.Empty : succeeded ? " FINISHED" : " ERROR";
        var text = string.Create(CultureInfo.InvariantCulture, $"[+] Building {ProgressText.Seconds(elapsed)} ({model.CompletedCount}/{model.Steps.Count}){state}");
        return new FrameLine(ProgressText.Cut(text, columns), null);
    }

    private List<FrameLine> Block(StepState step, DateTimeOffset now, int columns, bool finished)
    {
        var mark = step switch
        {
            { IsCanceled: true } => "CANCELED ",
            { Error: not null } => "ERROR ",
            { IsCached: true, Completed: not null } => "CACHED ",
            _ => string.Empty,
        };
        var color = step switch
        {
            { IsCanceled: true } => "33",
            { Error: not null } => "31",
            { Completed: not null } => "34",
            _ => null,
        };
        var lines = new List<FrameLine> { Row($" => {mark}{step.Name}", step.Elapsed(now), columns, color) };
        foreach (var transfer in Visible(step))
        {
            var seconds = transfer.Started is { } started ? ((transfer.Completed ?? now) - started).TotalSeconds : 0;
            lines.Add(Row(" => => " + TransferText(transfer), seconds, columns, transfer.Completed is null ? null : "34"));
        }

        if (step.Completed is null && !finished)
        {
            lines.AddRange(step.Log.Tail(LogLines).Select(line => new FrameLine(ProgressText.Cut(" => => # " + ProgressText.ForTerminal(line), columns), Color("2"))));
        }

        return lines;
    }

    private static IEnumerable<TransferState> Visible(StepState step)
    {
        var running = step.Transfers.Where(transfer => transfer.Completed is null).ToList();
        var room = Math.Max(0, TransferLines - running.Count);
        var ended = step.Transfers.Where(transfer => transfer.Completed is not null).TakeLast(room).ToHashSet();
        return step.Transfers.Where(transfer => transfer.Completed is null ? running.IndexOf(transfer) < TransferLines : ended.Contains(transfer));
    }

    private static string TransferText(TransferState transfer) => (transfer.Total, transfer.Current) switch
    {
        ( > 0, _) => $"{transfer.Action} {transfer.Id} {ProgressText.Bytes(transfer.Current)} / {ProgressText.Bytes(transfer.Total)}".TrimStart(),
        (_, > 0) => $"{transfer.Id} {ProgressText.Bytes(transfer.Current)}",
        _ => transfer.Id,
    };

    private FrameLine Row(string left, double seconds, int columns, string? color)
    {
        var time = ProgressText.Seconds(seconds);
        var room = Math.Max(0, columns - time.Length - 2);
        var text = ProgressText.Cut(ProgressText.ForTerminal(left), room);
        return new FrameLine(ProgressText.Cut(text + new string(' ', Math.Max(1, room - ProgressText.Width(text) + 1)) + time, columns), Color(color));
    }

    private string? Color(string? color) => colors ? color : null;
}
