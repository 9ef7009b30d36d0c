using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Images;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer save</c>.</summary>
internal sealed class SaveCommand : CofferCommand
{
    private readonly Argument<string[]> _images;
    private readonly Option<string?> _output;
    private readonly Option<string?> _platform;

    /// <summary>Makes the command.</summary>
    public SaveCommand()
        : base("save", "Write images to a tar that docker load and coffer load take")
    {
        _images = Rest("IMAGE", "Names or digests", atLeastOne: true);
        _output = One("--output", "-o", "PATH", "The file; without it, standard output");
        _platform = One("--platform", null, "OS/ARCH", "Only this platform");
        Examples = ["coffer save app | docker load"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var path = parse.GetValue(_output) is { } named and not "-" ? context.Console.FullPath(named) : null;
        if (path is null && context.Console.OutputIsTerminal)
        {
            throw new UsageException("an image is not written to a terminal") { Hint = "redirect standard output, or give a file with -o" };
        }

        await using var connection = await context.ConnectAsync(cancellationToken);
        var request = new SaveImageRequest { Platform = parse.GetValue(_platform) ?? string.Empty };
        request.References.Add(parse.GetValue(_images));
        using var call = new Images.ImagesClient(connection.Invoker).Save(request, cancellationToken: cancellationToken);

        // An error of the first message must not leave an empty file behind.
        var any = await call.ResponseStream.MoveNext(cancellationToken);
        var output = path is null ? context.Console.OutputStream : File.Create(path);
        try
        {
            for (; any; any = await call.ResponseStream.MoveNext(cancellationToken))
            {
                await output.WriteAsync(call.ResponseStream.Current.Data.Memory, cancellationToken);
            }

            await output.FlushAsync(cancellationToken);
        }
        finally
        {
            if (path is not null)
            {
                await output.DisposeAsync();
            }
        }

        return 0;
    }
}
