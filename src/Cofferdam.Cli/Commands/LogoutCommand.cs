using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Model;
using Cofferdam.Registry;

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
        var host = parse.GetValue(_registry) ?? ImageReference.DefaultRegistry;
        var wasKnown = await DockerConfigCredentials.ForUser(context.Console.Variable).LogoutAsync(host, cancellationToken);
        await (wasKnown ? context.Console.Output : context.Console.Error).WriteLineAsync(wasKnown ? $"Credentials for {host} removed" : $"not logged in to {host}");
        return 0;
    }
}
