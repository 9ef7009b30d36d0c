using System.CommandLine;
using System.Text;

namespace Cofferdam.Cli.Parsing;

/// <summary>The help of a command, made of its options and arguments.</summary>
internal static class HelpText
{
    /// <summary>The help of the program.</summary>
    public static string OfProgram(IEnumerable<Command> commands)
    {
        var text = new StringBuilder("Usage: coffer COMMAND\n\nBuild container images, and run them.\n\nCommands:\n");
        AppendTable(text, commands.Where(command => !command.Hidden).Select(command => (command.Name, command.Description ?? string.Empty)));
        text.Append("\nOptions:\n");
        AppendOptions(text, GlobalOptions.Create());
        return text.Append("\nRun 'coffer COMMAND --help' for more about a command.\n").ToString();
    }

    /// <summary>The help of one command.</summary>
    public static string Of(CofferCommand command)
    {
        var text = new StringBuilder($"Usage: {Usage(command)}\n\n{command.Description}\n");
        if (command.Subcommands.Any(sub => !sub.Hidden))
        {
            text.Append("\nCommands:\n");
            AppendTable(text, command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, sub.Description ?? string.Empty)));
        }

        if (command.Aliases.Count > 0)
        {
            text.Append($"\nAliases: {string.Join(", ", command.Aliases)}\n");
        }

        text.Append("\nOptions:\n");
        AppendOptions(text, command.Options.Where(option => !option.Hidden).OrderBy(option => option.Name, StringComparer.Ordinal).Concat(GlobalOptions.Create()));
        if (command.Examples.Count > 0)
        {
            text.Append("\nExamples:\n");
            command.Examples.ToList().ForEach(example => text.Append($"  {example}\n"));
        }

        return text.ToString();
    }

    /// <summary>The line that shows how a command is written.</summary>
    public static string Usage(Command command)
    {
        var path = command.Name;
        for (var parent = command.Parents.OfType<Command>().FirstOrDefault(); parent is not null; parent = parent.Parents.OfType<Command>().FirstOrDefault())
        {
            path = parent.Name + " " + path;
        }

        var arguments = command.Arguments.Select(argument => (argument.Arity.MinimumNumberOfValues, argument.Arity.MaximumNumberOfValues) switch
        {
            (0, 1) => $" [{argument.Name}]",
            (0, _) => $" [{argument.Name}...]",
            (_, > 1) => $" {argument.Name} [{argument.Name}...]",
            _ => $" {argument.Name}",
        });
        return $"coffer {path} [OPTIONS]{string.Concat(arguments)}";
    }

    /// <summary>How an option is written, without its alias.</summary>
    public static string Written(Option option) => option.ValueType == typeof(bool) ? option.Name : $"{option.Name} {option.HelpName ?? "VALUE"}";

    private static void AppendOptions(StringBuilder text, IEnumerable<Option> options) =>
        AppendTable(text, options.Select(option => ((option.Aliases.FirstOrDefault() is { } alias ? alias + ", " : "    ") + Written(option), option.Description ?? string.Empty)));

    private static void AppendTable(StringBuilder text, IEnumerable<(string Left, string Right)> rows)
    {
        var list = rows.ToList();
        var width = list.Count == 0 ? 0 : list.Max(row => row.Left.Length);
        foreach (var (left, right) in list)
        {
            text.Append("  ").Append(left.PadRight(width)).Append("  ").Append(right).Append('\n');
        }
    }
}
