namespace Cofferdam.Dockerfile;

/// <summary>What RUNs do with a file or a variable, as far as their text tells.</summary>
internal static class RunUse
{
    // Programs of which it is known that they read no credentials.
    private static readonly string[] Innocent =
    [
        "apt-get", "apt", "apk", "yum", "dnf", "microdnf", "dpkg", "rpm", "mkdir", "rm", "rmdir", "cp", "mv", "ln", "chmod", "chown", "echo", "printf", "touch", "tar", "unzip", "useradd", "adduser", "groupadd",
        "addgroup", "usermod", "sed", "grep", "ls", "true", "false", "test", "[", "[[", "cd", "set", "export", "find", "sort", "head", "tail", "wc", "sleep", "locale-gen", "update-ca-certificates", "ldconfig",
        "uname", "id", "whoami", "date", "unset", "fi", "done", "esac", "umask", "strip", "gunzip", "sha256sum",
    ];

    // Commands that write what they are given into a file that stays.
    private static readonly (string Program, string[] Words)[] Keepers =
    [
        ("npm", ["config", "set"]), ("pnpm", ["config", "set"]), ("yarn", ["config", "set"]), ("git", ["config"]), ("pip", ["config", "set"]), ("composer", ["config"]), ("docker", ["login"]),
        ("podman", ["login"]), ("buildah", ["login"]), ("helm", ["login"]), ("aws", ["configure"]), ("bundle", ["config"]), ("poetry", ["config"]), ("cargo", ["login"]), ("gh", ["auth"]), ("dotnet", ["nuget", "add"]),
    ];

    /// <summary>Whether a RUN may read something that it does not name: it runs a program that is not known to leave it alone.</summary>
    public static bool MayUse(Instruction.Run run) => SecretChecks.Commands(run).Any(command => command.Program.Length > 0 && !Innocent.Contains(command.Program));

    /// <summary>Whether a RUN names a variable.</summary>
    public static bool Names(Instruction.Run run, string variable) => Mentions(SecretChecks.Text(run), variable);

    /// <summary>Whether a text names a variable.</summary>
    public static bool Mentions(string text, string variable)
    {
        for (var at = text.IndexOf(variable, StringComparison.Ordinal); at >= 0; at = text.IndexOf(variable, at + 1, StringComparison.Ordinal))
        {
            var end = at + variable.Length;
            var isStart = at == 0 || (!char.IsAsciiLetterOrDigit(text[at - 1]) && text[at - 1] != '_');
            if (isStart && (end == text.Length || (!char.IsAsciiLetterOrDigit(text[end]) && text[end] != '_')))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Why a RUN keeps the value of a variable in its layer; null where nothing says that it does.</summary>
    public static string? Keeps(Instruction.Run run, string variable)
    {
        var commands = SecretChecks.Commands(run);
        foreach (var command in commands.Where(command => command.Words.Any(word => word.Variables.Contains(variable))))
        {
            if (command.Outputs.FirstOrDefault(output => output.Text is not ("/dev/null" or "/dev/stderr" or "/dev/stdout")) is { } file && !IsRemoved(commands, file.Text))
            {
                return $"it writes the value to {file.Text}, which stays in the layer";
            }

            if (Keepers.FirstOrDefault(keeper => keeper.Program == command.Program && keeper.Words.All(word => command.Arguments.Any(argument => argument.Text == word))) is { Program: not null } kept)
            {
                return $"{kept.Program} {kept.Words[0]} writes the value to a file, which stays in the layer";
            }
        }

        return SecretChecks.Documents(run).Any(document => Mentions(document.Text, variable)) && commands.Any(command => command.Outputs.Any(output => CredentialFile.IsMeant(output.Text)))
            ? "it writes the value to a file, which stays in the layer"
            : null;
    }

    private static bool IsRemoved(IEnumerable<ShellCommand> commands, string file) => commands.Any(command => command.Program == "rm" && command.Arguments.Any(word => word.Text == file));
}
