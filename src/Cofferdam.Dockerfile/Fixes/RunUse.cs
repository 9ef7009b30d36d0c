namespace Cofferdam.Dockerfile;

/// <summary>What RUNs do with a file or a variable, as far as their text tells.</summary>
internal static class RunUse
{
    // Programs that run others' code, which may read whatever it finds.
    private static readonly string[] Runners =
    [
        "npm", "npx", "yarn", "pnpm", "pnpx", "corepack", "bun", "node", "pip", "pip3", "python", "python3", "uv", "uvx", "poetry", "pipenv", "twine", "bundle", "gem", "composer", "php", "cargo", "go", "mvn", "mvnw", "gradle",
        "gradlew", "sbt", "dotnet", "nuget", "make", "cmake", "meson", "ninja", "bazel", "just", "task", "sh", "bash", "ash", "dash", "zsh", "source", ".", "eval", "xargs",
    ];

    // Who reads which file; a name that is not here may be read by anything that runs others' code.
    private static readonly (string[] Files, string[] Programs)[] Readers =
    [
        ([".netrc", "_netrc"], ["curl", "wget", "git", "ftp", "lftp", .. Runners]),
        ([".git-credentials"], ["git", .. Runners]),
        ([".npmrc", ".yarnrc.yml"], ["npm", "npx", "yarn", "pnpm", "pnpx", "corepack", "bun", "node", "make", "sh", "bash"]),
        (["pip.conf", ".pypirc"], ["pip", "pip3", "python", "python3", "uv", "poetry", "pipenv", "twine", "make", "sh", "bash"]),
        (["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk"], ["ssh", "scp", "sftp", "rsync", "git", "hg", "svn", .. Runners]),
        (["settings.xml"], ["mvn", "mvnw", "make", "sh", "bash"]),
        (["gradle.properties"], ["gradle", "gradlew", "make", "sh", "bash"]),
        (["nuget.config"], ["dotnet", "nuget", "msbuild", "make", "sh", "bash"]),
        (["auth.json"], ["composer", "php", "docker", "podman", "skopeo", "buildah", "crane", "make", "sh", "bash"]),
        (["credentials", "credentials.toml"], ["aws", "cargo", .. Runners]),
    ];

    // Commands that write what they are given into a file that stays.
    private static readonly (string Program, string[] Words)[] Keepers =
    [
        ("npm", ["config", "set"]), ("pnpm", ["config", "set"]), ("yarn", ["config", "set"]), ("git", ["config"]), ("pip", ["config", "set"]), ("composer", ["config"]), ("docker", ["login"]),
        ("podman", ["login"]), ("buildah", ["login"]), ("helm", ["login"]), ("aws", ["configure"]), ("bundle", ["config"]), ("poetry", ["config"]), ("cargo", ["login"]), ("gh", ["auth"]), ("dotnet", ["nuget", "add"]),
    ];

    /// <summary>Whether a RUN may read a file that it does not name.</summary>
    public static bool MayRead(Instruction.Run run, string file)
    {
        var programs = Readers.FirstOrDefault(reader => reader.Files.Contains(UnixPath.Base(file).ToLowerInvariant())).Programs ?? Runners;
        return SecretChecks.Commands(run).Any(command => programs.Contains(command.Program) || IsScript(command));
    }

    /// <summary>Whether a RUN may read a variable that it does not name.</summary>
    public static bool MayReadVariables(Instruction.Run run) => SecretChecks.Commands(run).Any(command => Runners.Contains(command.Program) || IsScript(command));

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

    // A program named by its path, as ./build.sh is.
    private static bool IsScript(ShellCommand command) =>
        command.Words.FirstOrDefault(word => UnixPath.Base(word.Text) == command.Program)?.Text is { } text && (text.Contains('/', StringComparison.Ordinal) ? !text.StartsWith("/bin/", StringComparison.Ordinal) && !text.StartsWith("/usr/bin/", StringComparison.Ordinal) : text.EndsWith(".sh", StringComparison.Ordinal));

    private static bool IsRemoved(IEnumerable<ShellCommand> commands, string file) => commands.Any(command => command.Program == "rm" && command.Arguments.Any(word => word.Text == file));
}
