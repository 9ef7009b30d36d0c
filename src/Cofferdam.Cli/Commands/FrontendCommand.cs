using System.CommandLine;
using Cofferdam.Cli.Frontend;
using Cofferdam.Cli.Parsing;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Gateway;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer frontend</c>: the Dockerfile frontend as the process of a frontend image, for any builder that speaks BuildKit's gateway over standard input and output.</summary>
internal sealed class FrontendCommand : CofferCommand
{
    /// <summary>Makes the command.</summary>
    public FrontendCommand()
        : base("frontend", "Build Dockerfiles for the builder at the other end of standard input and output") => Hidden = true;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Console.InputIsTerminal)
        {
            throw new UsageException("coffer frontend is run by a builder, as the entry point of a frontend image") { Hint = "name the image in the first line of a Dockerfile: # syntax=IMAGE" };
        }

        var options = FrontendVariables.ReadOptions(Environment.GetEnvironmentVariables());
        await using var channel = RpcChannel.Over(new StandardStreams(context.Console.Input, context.Console.OutputStream));
        var session = new FrontendSession(new LLBBridge.LLBBridgeClient(channel.Calls));

        // The builder has its error by then, and shows that.
        await session.RunAsync(options, context.Console.Variable("BUILDKIT_SESSION_ID") ?? string.Empty, cancellationToken);
        return 0;
    }
}
