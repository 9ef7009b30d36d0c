using System.CommandLine;
using Cofferdam.Cli.Parsing;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer logout</c>.</summary>
internal sealed class LogoutCommand : CofferCommand
{
    private readonly Argument<string?> _registry;

    /// <summary>Makes the command.</summary>
    public LogoutCommand()
        : base("logout", "Forget the credentials for a registry") =>
        _registry = Optional("REGISTRY", "Host of the registry; without it, Docker Hub");

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var key = CredentialsFile.KeyOf(parse.GetValue(_registry));
        var file = await CredentialsFile.ReadAsync(context.Console, cancellationToken);
        if (!file.Remove(key))
        {
            await context.Console.Error.WriteLineAsync($"not logged in to {key}");
            return 0;
        }

        await file.WriteAsync(cancellationToken);
        await context.Console.Output.WriteLineAsync($"Credentials for {key} removed");
        return 0;
    }
}
