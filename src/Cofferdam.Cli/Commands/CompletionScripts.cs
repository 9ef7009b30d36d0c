using System.CommandLine;
using System.Text;
using Cofferdam.Cli.Parsing;

namespace Cofferdam.Cli.Commands;

/// <summary>Completion scripts, made of the commands and their options.</summary>
internal static class CompletionScripts
{
    /// <summary>The script for bash.</summary>
    public static string Bash(IReadOnlyList<CofferCommand> commands)
    {
        var text = new StringBuilder("_coffer() {\n    local current=${COMP_WORDS[COMP_CWORD]} command= word words\n");
        text.Append("    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n        case $word in -*) ;; *) command=$word; break ;; esac\n    done\n    case $command in\n");
        foreach (var command in commands)
        {
            text.Append($"        {Names(command, "|")}) words='{string.Join(' ', Flags(command))}' ;;\n");
        }

        text.Append($"        *) words='{string.Join(' ', commands.Select(command => command.Name))}' ;;\n    esac\n");
        text.Append("    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n");
        return text.Append("    if [ ${#COMPREPLY[@]} -eq 0 ]; then mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); fi\n}\ncomplete -o filenames -F _coffer coffer\n").ToString();
    }

    /// <summary>The script for zsh.</summary>
    public static string Zsh(IReadOnlyList<CofferCommand> commands)
    {
        var text = new StringBuilder("#compdef coffer\n_coffer() {\n    local -a commands\n    commands=(\n");
        foreach (var command in commands)
        {
            text.Append($"        '{command.Name}:{Escaped(command.Description)}'\n");
        }

        text.Append("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n    case $words[2] in\n");
        foreach (var command in commands)
        {
            text.Append($"        {Names(command, "|")})\n            _arguments \\\n");
            foreach (var option in Options(command))
            {
                var description = Escaped(option.Description).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
                text.Append($"                '*{option.Name}{(option.ValueType == typeof(bool) ? $"[{description}]" : $"=[{description}]:value:_files")}' \\\n");
            }

            text.Append("                '*:file:_files' ;;\n");
        }

        return text.Append("    esac\n}\ncompdef _coffer coffer\n").ToString();
    }

    /// <summary>The script for fish.</summary>
    public static string Fish(IReadOnlyList<CofferCommand> commands)
    {
        var text = new StringBuilder();
        foreach (var command in commands)
        {
            text.Append($"complete -c coffer -n __fish_use_subcommand -f -a {command.Name} -d '{Escaped(command.Description)}'\n");
            foreach (var option in Options(command))
            {
                var shortName = option.Aliases.FirstOrDefault() is { } alias ? $" -s {alias[1..]}" : string.Empty;
                var value = option.ValueType == typeof(bool) ? string.Empty : " -r";
                text.Append($"complete -c coffer -n '__fish_seen_subcommand_from {Names(command, " ")}' -l {option.Name[2..]}{shortName}{value} -d '{Escaped(option.Description)}'\n");
            }
        }

        return text.ToString();
    }

    private static string Names(Command command, string separator) => string.Join(separator, command.Aliases.Prepend(command.Name));

    private static IEnumerable<Option> Options(Command command) => command.Options.Where(option => !option.Hidden).Concat(GlobalOptions.Create());

    private static IEnumerable<string> Flags(Command command) => Options(command).SelectMany(option => option.Aliases.Prepend(option.Name));

    private static string Escaped(string? text) => (text ?? string.Empty).Replace("'", string.Empty, StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
