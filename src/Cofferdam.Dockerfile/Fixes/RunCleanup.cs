using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Takes out of a RUN what is only there because a file was copied: that it is removed, and that it is made unreadable for others.</summary>
internal static class RunCleanup
{
    private static readonly string[] Changers = ["mv", "cp", "tee", "truncate", "shred", "install", "ln"];

    /// <summary>The text without that; empty where nothing else is left; null where the RUN changes the file in another way.</summary>
    public static string? Remove(string text, ImmutableArray<ShellCommand> commands, FilePlace place)
    {
        var spellings = place.Spellings.ToList();
        foreach (var command in commands)
        {
            if (command.Outputs.Any(output => spellings.Contains(output.Text)) || (IsChange(command) && command.Arguments.Any(word => spellings.Contains(word.Text))))
            {
                return null;
            }
        }

        var handling = commands.Where(command => IsHandling(command) && command.Arguments.Any(word => spellings.Contains(word.Text))).ToList();
        if (handling.Count == 0)
        {
            return text;
        }

        if (handling.Any(command => command.Arguments.Any(word => !spellings.Contains(word.Text) && !IsOption(command, word.Text))))
        {
            return null;
        }

        if (commands.All(command => handling.Contains(command)))
        {
            return string.Empty;
        }

        var paths = string.Join('|', spellings.Select(Regex.Escape));
        var call = $@"(?:rm(?:[ \t]+-[A-Za-z-]+)*|chmod[ \t]+\S+|chown[ \t]+\S+)[ \t]+[""']?(?:{paths})[""']?";
        var gap = @"(?:[ \t]|\\\r?\n)*";
        var changed = Replace(text, $@"{gap}(?:&&|;){gap}{call}(?=\s*(?:&&|;|\z|\r?\n))");
        changed = Replace(changed, $@"(?<=[ \t]){call}{gap}(?:&&|;){gap}");
        return Regex.IsMatch(changed, call, RegexOptions.None, TimeSpan.FromSeconds(1)) ? null : changed;
    }

    private static string Replace(string text, string pattern) => Regex.Replace(text, pattern, string.Empty, RegexOptions.None, TimeSpan.FromSeconds(1));

    private static bool IsHandling(ShellCommand command) => command.Program is "rm" or "chmod" or "chown";

    private static bool IsChange(ShellCommand command) => Changers.Contains(command.Program) || (command.Program == "sed" && command.Arguments.Any(word => word.Text.StartsWith("-i", StringComparison.Ordinal)));

    // The mode and the owner.
    private static bool IsOption(ShellCommand command, string word) => word.StartsWith('-') || (command.Program != "rm" && command.Arguments[0].Text == word);
}
