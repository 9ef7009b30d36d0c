using System.CommandLine;
using Cofferdam.Cli.Errors;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Images;
using Grpc.Core;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer rmi</c>.</summary>
internal sealed class RemoveImageCommand : CofferCommand
{
    private readonly Argument<string[]> _images;
    private readonly Option<bool> _force;

    /// <summary>Makes the command.</summary>
    public RemoveImageCommand()
        : base("rmi", "Remove images")
    {
        _images = Rest("IMAGE", "Names or digests", atLeastOne: true);
        _force = Flag("--force", "-f", "Remove all names of a digest");
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        await using var connection = await context.ConnectAsync(cancellationToken);
        var client = new Images.ImagesClient(connection.Invoker);
        var exit = ExitCode.Success;
        foreach (var reference in parse.GetValue(_images)!)
        {
            try
            {
                var response = await client.RemoveAsync(new RemoveImageRequest { Reference = reference, Force = parse.GetValue(_force) }, cancellationToken: cancellationToken);
                response.Untagged.ToList().ForEach(name => context.Console.Output.WriteLine("Untagged: " + name));
                response.Deleted.ToList().ForEach(digest => context.Console.Output.WriteLine("Deleted: " + digest));
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.InvalidArgument)
            {
                // The others are removed all the same.
                exit = ErrorPrinter.Print(exception, context.Console, interrupted: false);
            }
        }

        return (int)exit;
    }
}
