using System.CommandLine;
using System.Text;
using Cofferdam.Cli.Fix;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Terminal;
using Cofferdam.Dockerfile;
using Cofferdam.Model;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer fix</c>.</summary>
internal sealed class FixCommand : CofferCommand
{
    private readonly Argument<string?> _context;
    private readonly Option<string?> _file;
    private readonly Option<bool> _write;

    /// <summary>Makes the command.</summary>
    public FixCommand()
        : base("fix", "Rewrite a Dockerfile so that credentials are mounted as secrets; shows what would change")
    {
        _context = Optional("PATH", "The build context (default: .)");
        _file = One("--file", "-f", "PATH", "Name of the Dockerfile (default: PATH/Dockerfile)");
        _write = Flag("--write", null, "Change the file");
        Examples = ["coffer fix .", "coffer fix --write -f docker/Dockerfile .", "coffer fix . | patch -p0       # the same as --write, by way of patch"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var console = context.Console;
        var directory = parse.GetValue(_context) ?? ".";
        var shown = parse.GetValue(_file) ?? Path.GetRelativePath(console.WorkingDirectory, Path.Combine(console.FullPath(directory), "Dockerfile"));
        var path = console.FullPath(shown);
        if (!File.Exists(path))
        {
            throw new NotFoundException($"Dockerfile {Quote.Text(shown)} does not exist") { Hint = "give its path with -f" };
        }

        var before = await File.ReadAllBytesAsync(path, cancellationToken);
        var result = DockerfileFix.Apply(shown, before);
        await console.Output.WriteAsync(UnifiedDiff.Of(shown, shown, Encoding.UTF8.GetString(before), Encoding.UTF8.GetString(result.Content.Span)));
        if (parse.GetValue(_write) && !result.Changes.IsEmpty)
        {
            await WriteAsync(path, result.Content, cancellationToken);
        }

        await console.Error.WriteAsync(Describe(result, shown, directory, parse.GetValue(_write), console));
        return (int)ExitCode.Success;
    }

    private static string Describe(FixResult result, string shown, string directory, bool wrote, CommandConsole console)
    {
        var text = new StringBuilder();
        foreach (var note in result.Left)
        {
            text.Append($"{shown}:{note.Line}: {note.Rule}: left as it is: {note.Text}\n");
        }

        if (result.Changes.IsEmpty)
        {
            return text.Append(result.Left.IsEmpty ? "Nothing to fix.\n" : "Nothing else to fix.\n").ToString();
        }

        text.Append(wrote ? $"{shown} is rewritten.\n" : "Nothing is written; --write does.\n");
        if (!result.Secrets.IsEmpty)
        {
            var flags = result.Secrets.Select(secret => secret.Path is null ? $"--secret id={secret.Id},env={secret.Variable}" : $"--secret id={secret.Id},src={Join(directory, secret.Path, console)}");
            text.Append($"The build then needs: {string.Join(' ', flags)}\n");
        }

        return text.ToString();
    }

    private static string Join(string directory, string path, CommandConsole console)
    {
        var joined = Path.GetRelativePath(console.WorkingDirectory, Path.Combine(console.FullPath(directory), path));
        return joined.StartsWith("..", StringComparison.Ordinal) ? Path.Combine(console.FullPath(directory), path) : joined;
    }

    // A new file takes the old one's place, so that nobody sees half of it. A link stays one.
    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellationToken);
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
