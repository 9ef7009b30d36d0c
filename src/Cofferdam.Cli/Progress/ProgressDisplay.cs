using System.Globalization;
using System.Text;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;
using Cofferdam.Protocol.Control;
using Grpc.Core;

namespace Cofferdam.Cli.Progress;

/// <summary>Reads a build's progress to its end and has it shown.</summary>
internal sealed class ProgressDisplay(IProgressRenderer renderer, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>All that is known of the build.</summary>
    public ProgressModel Model { get; } = new();

    /// <summary>The display that a mode names.</summary>
    public static ProgressDisplay Create(ProgressMode mode, CommandConsole console)
    {
        IProgressRenderer renderer = mode switch
        {
            ProgressMode.Quiet => new QuietRenderer(),
            ProgressMode.RawJson => new RawJsonRenderer(console.Error),
            ProgressMode.Tty => new TerminalRenderer(console.Error, console.Size, console.Colors),
            ProgressMode.Auto when console.ErrorIsTerminal && console.Variable("TERM") != "dumb" => new TerminalRenderer(console.Error, console.Size, console.Colors),
            _ => new PlainRenderer(console.Error),
        };
        return new ProgressDisplay(renderer, console.Time);
    }

    /// <summary>The mode of the flag or of the environment; throws <see cref="UsageException"/>.</summary>
    public static ProgressMode ParseMode(string? flag, CommandConsole console)
    {
        var text = string.IsNullOrEmpty(flag) ? console.Variable("BUILDKIT_PROGRESS") : flag;
        return text switch
        {
            null or "" or "auto" => ProgressMode.Auto,
            "tty" => ProgressMode.Tty,
            "plain" => ProgressMode.Plain,
            "rawjson" => ProgressMode.RawJson,
            "quiet" or "none" => ProgressMode.Quiet,
            _ => throw new UsageException($"unknown progress mode {Quote.Text(text)}") { Hint = "it is auto, tty, plain, rawjson or quiet" },
        };
    }

    /// <summary>Shows all messages until the daemon ends the stream; a stream that breaks ends the display, not the build.</summary>
    public async Task RunAsync(IAsyncStreamReader<StatusResponse> messages, CancellationToken cancellationToken)
    {
        try
        {
            var next = messages.MoveNext(cancellationToken);
            while (true)
            {
                if (renderer.NeedsTicks && !next.IsCompleted)
                {
                    using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    var tick = Task.Delay(Tick, time, waiting.Token);
                    var ticked = await Task.WhenAny(next, tick) == tick;
                    await waiting.CancelAsync();
                    if (ticked && !cancellationToken.IsCancellationRequested)
                    {
                        renderer.Update(Model, null, time.GetUtcNow());
                        continue;
                    }
                }

                if (!await next)
                {
                    return;
                }

                Model.Apply(messages.Current);
                renderer.Update(Model, messages.Current, time.GetUtcNow());
                next = messages.MoveNext(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException or IOException)
        {
            // What the build came to is told by the call that asked for it.
        }
    }

    /// <summary>Shows the end; call it once, after <see cref="RunAsync"/>.</summary>
    public void Finish(bool succeeded) => renderer.Finish(Model, succeeded, time.GetUtcNow());

    /// <summary>Shows the warnings and, of a step that failed, the last of its output.</summary>
    public void PrintAfter(CommandConsole console, StepState? failed)
    {
        if (renderer is RawJsonRenderer)
        {
            return;
        }

        var text = new StringBuilder();
        if (failed is not null && failed.Log.Lines.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"------\n > {failed.Name}:\n");
            foreach (var line in failed.Log.Lines.TakeLast(20))
            {
                text.Append(string.Create(CultureInfo.InvariantCulture, $"{line.Seconds:0.000} {ProgressText.ForTerminal(line.Text)}").TrimEnd()).Append('\n');
            }

            text.Append("------\n");
        }

        if (Model.Warnings.Count > 0 && renderer is not QuietRenderer)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Model.Warnings.Count} {(Model.Warnings.Count == 1 ? "warning" : "warnings")} found:\n");
            foreach (var warning in Model.Warnings)
            {
                text.Append(" - ").Append(warning.Text);
                text.Append(warning.Line > 0 && !warning.Text.EndsWith(')') ? string.Create(CultureInfo.InvariantCulture, $" (line {warning.Line})") : string.Empty).Append('\n');
            }
        }

        console.Error.Write(text.ToString());
    }
}
