using System.CommandLine;
using Cofferdam.Cli.Parsing;
using Cofferdam.Model;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer completion</c>.</summary>
internal sealed class CompletionCommand : CofferCommand
{
    private readonly Argument<string> _shell;

    /// <summary>Makes the command.</summary>
    public CompletionCommand()
        : base("completion", "Print a completion script for a shell")
    {
        _shell = Required("SHELL", "bash, zsh or fish");
        Examples = ["source <(coffer completion bash)", "coffer completion fish > ~/.config/fish/completions/coffer.fish"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var shell = parse.GetValue(_shell)!;
        var commands = CommandTree.CreateAll().Where(command => !command.Hidden).ToList();
        await context.Console.Output.WriteAsync(shell switch
        {
            "bash" => CompletionScripts.Bash(commands),
            "zsh" => CompletionScripts.Zsh(commands),
            "fish" => CompletionScripts.Fish(commands),
            _ => throw new UsageException($"unknown shell {Quote.Text(shell)}") { Hint = "it is bash, zsh or fish" },
        });
        return 0;
    }
}
