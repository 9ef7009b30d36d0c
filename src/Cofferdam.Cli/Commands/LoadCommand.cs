using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Images;
using Google.Protobuf;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer load</c>.</summary>
internal sealed class LoadCommand : CofferCommand
{
    private const int ChunkSize = 1024 * 1024;
    private readonly Option<string?> _input;

    /// <summary>Makes the command.</summary>
    public LoadCommand()
        : base("load", "Take images from a tar of docker save, of an OCI layout or of coffer save")
    {
        _input = One("--input", "-i", "PATH", "The file; without it, standard input");
        Examples = ["docker save app | coffer load"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var console = context.Console;
        var path = parse.GetValue(_input) is { } named and not "-" ? console.FullPath(named) : null;
        if (path is null && console.InputIsTerminal)
        {
            throw new UsageException("standard input is a terminal") { Hint = "pipe the tar in, or give a file with -i" };
        }

        await using var file = path is null ? null : File.OpenRead(path);
        await using var connection = await context.ConnectAsync(cancellationToken);
        using var call = new Images.ImagesClient(connection.Invoker).Load(cancellationToken: cancellationToken);
        var input = file ?? console.Input;
        var buffer = new byte[ChunkSize];
        while (await input.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            await call.RequestStream.WriteAsync(new ImageChunk { Data = ByteString.CopyFrom(buffer.AsSpan(0, length)) }, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        var response = await call.ResponseAsync;
        foreach (var (name, digest) in response.Names.Zip(response.Digests))
        {
            await console.Output.WriteLineAsync(name.Length > 0 ? "Loaded image: " + name : "Loaded image ID: " + digest);
        }

        return 0;
    }
}
