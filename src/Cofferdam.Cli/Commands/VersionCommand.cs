using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Model;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer version</c>.</summary>
internal sealed class VersionCommand() : CofferCommand("version", "Show the version")
{
    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        await context.Console.Output.WriteLineAsync($"coffer {ProductVersion.Current} {Platform.Host}");
        return 0;
    }
}
