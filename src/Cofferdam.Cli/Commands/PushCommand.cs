using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Progress;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer push</c>.</summary>
internal sealed class PushCommand : CofferCommand
{
    private readonly Argument<string> _image;
    private readonly Option<string?> _progress;
    private readonly Option<bool> _quiet;
    private readonly Option<bool> _insecure;

    /// <summary>Makes the command.</summary>
    public PushCommand()
        : base("push", "Send an image to its registry")
    {
        _image = Required("IMAGE", "Name of the image");
        _progress = One("--progress", null, "MODE", "How progress is shown: auto, tty, plain, rawjson or quiet (BUILDKIT_PROGRESS)");
        _quiet = Flag("--quiet", "-q", "Show no progress");
        _insecure = Flag("--insecure", null, "Allow a registry without TLS");
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var mode = parse.GetValue(_quiet) ? ProgressMode.Quiet : ProgressDisplay.ParseMode(parse.GetValue(_progress), context.Console);
        await using var connection = await context.ConnectAsync(cancellationToken);
        var digest = await ImageTransfer.PushAsync(context, connection, parse.GetValue(_image)!, parse.GetValue(_insecure), mode, cancellationToken);
        await context.Console.Output.WriteLineAsync(digest);
        return 0;
    }
}
