using System.CommandLine;
using System.Text;
using Cofferdam.Cli.Parsing;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer docs cli</c>: the reference page of the command line, made of the commands.</summary>
internal sealed class DocsCommand : CofferCommand
{
    private readonly Argument<string> _page;

    /// <summary>Makes the command.</summary>
    public DocsCommand()
        : base("docs", "Print a page of the documentation")
    {
        Hidden = true;
        _page = Required("PAGE", "cli");
    }

    /// <summary>The page.</summary>
    public static string Page()
    {
        var text = new StringBuilder("# Command line\n\nMade by `coffer docs cli`; do not edit.\n\n");
        text.Append("Exit codes: 0 done, 1 failed, 2 the command line is wrong, 130 stopped by the user; `coffer run` passes on that of the process.\n\n## Options of all commands\n\n");
        AppendOptions(text, GlobalOptions.Create());
        foreach (var command in CommandTree.CreateAll().Where(command => !command.Hidden))
        {
            text.Append($"\n## coffer {command.Name}\n\n{command.Description}.\n\n    {HelpText.Usage(command)}\n");
            if (command.Options.Any(option => !option.Hidden))
            {
                text.Append('\n');
                AppendOptions(text, command.Options.Where(option => !option.Hidden).OrderBy(option => option.Name, StringComparer.Ordinal));
            }

            if (command.Examples.Count > 0)
            {
                text.Append("\nExamples:\n\n");
                command.Examples.ToList().ForEach(example => text.Append($"    {example}\n"));
            }
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_page) != "cli")
        {
            throw new UsageException("the only page is \"cli\"");
        }

        await context.Console.Output.WriteAsync(Page());
        return 0;
    }

    private static void AppendOptions(StringBuilder text, IEnumerable<Option> options)
    {
        text.Append("| option | meaning |\n|---|---|\n");
        foreach (var option in options)
        {
            var alias = option.Aliases.FirstOrDefault() is { } name ? $"`{name}`, " : string.Empty;
            text.Append($"| {alias}`{HelpText.Written(option).Replace("|", "\\|", StringComparison.Ordinal)}` | {option.Description?.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
    }
}
