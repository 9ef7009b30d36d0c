using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Images;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer tag</c>.</summary>
internal sealed class TagCommand : CofferCommand
{
    private readonly Argument<string> _source;
    private readonly Argument<string> _target;

    /// <summary>Makes the command.</summary>
    public TagCommand()
        : base("tag", "Give an image another name")
    {
        _source = Required("SOURCE", "Name or digest of an image");
        _target = Required("TARGET", "The new name");
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var target = CommandWords.Reference(parse.GetValue(_target)!).WithDefaultTag().ToString();
        await using var connection = await context.ConnectAsync(cancellationToken);
        var request = new TagImageRequest { Source = parse.GetValue(_source)!, Target = target };
        await new Images.ImagesClient(connection.Invoker).TagAsync(request, cancellationToken: cancellationToken);
        return 0;
    }
}
