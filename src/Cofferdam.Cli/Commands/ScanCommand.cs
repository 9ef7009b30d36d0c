using System.CommandLine;
using System.IO.Pipelines;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.SecretSources;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Images;
using Cofferdam.Secrets;
using Grpc.Core;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer scan</c>.</summary>
internal sealed class ScanCommand : CofferCommand
{
    private const int ReadBytes = 1024 * 1024;

    private readonly Argument<string> _what;
    private readonly Option<string[]> _secrets;
    private readonly Option<string?> _platform;
    private readonly Option<string?> _format;

    /// <summary>Makes the command.</summary>
    public ScanCommand()
        : base("scan", "Search an image, an archive or a directory for the values of secrets, in all encodings of the leak gate")
    {
        _what = Required("IMAGE|PATH", "A kept image, or the path of an archive of docker save or an OCI layout, of any other file, or of a directory");
        _secrets = Many("--secret", null, "id=NAME[,src=PATH|,env=VARIABLE|,from=SOURCE]", "A secret to search for, as with build; may be repeated");
        _platform = One("--platform", null, "OS/ARCH", "Only this platform of an image");
        _format = One("--format", null, "FORMAT", "table or json");
        Examples = ["coffer scan --secret id=npm,src=$HOME/.npmrc app", "docker save app > app.tar; coffer scan --secret id=token,env=TOKEN ./app.tar"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var isJson = JsonLines.IsWanted(parse.GetValue(_format));
        using var search = await OpenSearchAsync(parse, context, cancellationToken);
        var what = parse.GetValue(_what)!;
        var (findings, gaps) = context.Console.FullPath(what) is var path && Directory.Exists(path) ? await SecretScan.SearchDirectoryAsync(search, path, cancellationToken)
            : File.Exists(path) ? await SearchFileAsync(search, path, what, cancellationToken)
            : IsPath(what) ? throw new NotFoundException($"scan {Quote.Text(what)}: there is no such file or directory")
            : await SearchImageAsync(search, what, parse.GetValue(_platform) ?? string.Empty, context, cancellationToken);
        if (isJson)
        {
            await context.Console.Output.WriteLineAsync(ScanText.ToJson(search.Plan, findings, gaps));
        }
        else
        {
            ScanText.Write(what, search.Plan, findings, gaps, context.Console.Output);
        }

        return findings.Count == 0 ? 0 : (int)ExitCode.Failure;
    }

    private async Task<SecretSearch> OpenSearchAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var flags = (parse.GetValue(_secrets) ?? []).Select(text => SecretFlag.Parse(text, context.Console.Variable)).ToList();
        if (flags.Count == 0)
        {
            throw new UsageException("nothing is searched for") { Hint = "give a secret: --secret id=NAME,src=FILE" };
        }

        var values = new List<SearchedSecret>();
        try
        {
            foreach (var (secret, _) in SecretProviders.Open(flags, SecretSurroundings.Of(context.Console)))
            {
                values.Add(new SearchedSecret(secret.Id, await secret.ReadAsync(cancellationToken)));
            }

            return new SecretSearch(values);
        }
        finally
        {
            values.ForEach(static value => value.Value.Dispose());
        }
    }

    // What looks like a path is none of an image's names.
    private static bool IsPath(string what) => what.StartsWith('/') || what.StartsWith("./", StringComparison.Ordinal) || what.StartsWith("../", StringComparison.Ordinal);

    private static async Task<(IReadOnlyList<SecretFinding> Findings, IReadOnlyList<NestedGap> Gaps)> SearchFileAsync(SecretSearch search, string path, string name, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = ReadBytes });
        return await SecretScan.SearchStreamAsync(search, file, name, cancellationToken);
    }

    // The archive that the daemon would save is searched as it comes.
    private static async Task<(IReadOnlyList<SecretFinding> Findings, IReadOnlyList<NestedGap> Gaps)> SearchImageAsync(
        SecretSearch search, string image, string platform, CommandContext context, CancellationToken cancellationToken)
    {
        await using var connection = await context.ConnectAsync(cancellationToken);
        var request = new SaveImageRequest { Platform = platform };
        request.References.Add(image);
        using var call = new Images.ImagesClient(connection.Invoker).Save(request, cancellationToken: cancellationToken);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 * ReadBytes, resumeWriterThreshold: ReadBytes, minimumSegmentSize: ReadBytes / 4, useSynchronizationContext: false));
        var copying = CopyAsync(call.ResponseStream, pipe.Writer, cancellationToken);
        try
        {
            var found = await SecretScan.SearchStreamAsync(search, pipe.Reader.AsStream(), image, cancellationToken);
            await copying;
            return found;
        }
        catch (NotFoundException error) when (error.Hint is null)
        {
            throw new NotFoundException(error.Message, error) { Hint = $"coffer pull {image} fetches it" };
        }
    }

    private static async Task CopyAsync(IAsyncStreamReader<ImageChunk> responses, PipeWriter writer, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            while (await responses.MoveNext(cancellationToken))
            {
                await writer.WriteAsync(responses.Current.Data.Memory, cancellationToken);
            }
        }
        catch (Exception error) when ((failure = error) is null)
        {
            throw;
        }
        finally
        {
            await writer.CompleteAsync(failure);
        }
    }
}
