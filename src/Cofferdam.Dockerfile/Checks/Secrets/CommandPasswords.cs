namespace Cofferdam.Dockerfile;

/// <summary>Finds passwords that commands are given as arguments.</summary>
/// <param name="stays">Whether the value of a variable stays in the image: that of ARG and ENV does.</param>
internal sealed class CommandPasswords(Func<string, bool> stays)
{
    // Flags that mean a password with any program.
    private static readonly string[] Flags =
    [
        "--password", "--passwd", "--token", "--auth-token", "--access-token", "--api-key", "--apikey", "--client-secret", "--secret-key", "--http-password", "--ftp-password", "--proxy-password",
        "--oauth2-bearer", "-passin", "-passout",
    ];

    private static readonly string[] Variables = ["PGPASSWORD", "MYSQL_PWD", "SSHPASS", "REDISCLI_AUTH"];

    private static readonly string[] Settings = ["_authtoken", "_auth", "_password", "npmauthtoken", "npmauthident", "extraheader"];

    /// <summary>How the first such argument is given, for example <c>curl -u</c>; null where there is none.</summary>
    public string? Find(IEnumerable<ShellCommand> commands) => commands.Select(Find).FirstOrDefault(found => found is not null);

    private string? Find(ShellCommand command)
    {
        foreach (var (assignment, name) in command.Assignments.Select(word => (word, word.Text.Split('=')[0])))
        {
            if (Variables.Contains(name) && IsSecret(assignment.From(name.Length + 1)))
            {
                return name + "=";
            }
        }

        var (program, arguments) = (command.Program, command.Arguments);
        if (program is "echo" or "printf")
        {
            return FindInText(command, program);
        }

        if (program.Length == 0)
        {
            return null;
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            if (FindFlag(program, arguments, i) is { } flag)
            {
                return $"{program} {flag}";
            }
        }

        return FindSetting(program, arguments);
    }

    // A flag, and its value behind it or in the next word.
    private string? FindFlag(string program, ImmutableArray<ShellWord> arguments, int index)
    {
        var word = arguments[index];
        if (!word.Text.StartsWith('-'))
        {
            return null;
        }

        var separator = word.Text.IndexOf('=', StringComparison.Ordinal);
        var name = separator < 0 ? word.Text : word.Text[..separator];
        var next = separator >= 0 ? word.From(separator + 1) : index + 1 < arguments.Length ? arguments[index + 1] : null;
        if (Flags.Contains(name))
        {
            return next is not null && IsSecret(next) && (separator >= 0 || !next.Text.StartsWith('-')) && IsPassPhrase(name, next.Text) ? name : null;
        }

        if (name is "--header" or "-H")
        {
            return next is not null && IsHeader(next) ? name : null;
        }

        if (name == "--build-arg" && next is not null && next.Text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
        {
            return TextChecks.IsSecretName(next.Text[..at]) && IsSecret(next.From(at + 1)) ? name : null;
        }

        return FindShort(program, arguments, index) is { } found && found.Value is { } value && IsSecret(value) ? found.Flag : null;
    }

    // openssl takes pass:VALUE; env: and file: are references.
    private static bool IsPassPhrase(string flag, string value) => !flag.StartsWith("-pass", StringComparison.Ordinal) || value.StartsWith("pass:", StringComparison.Ordinal);

    // Flags that mean a password with some programs only.
    private static (string Flag, ShellWord? Value)? FindShort(string program, ImmutableArray<ShellWord> arguments, int index)
    {
        var (word, next) = (arguments[index], index + 1 < arguments.Length ? arguments[index + 1] : null);
        switch (program)
        {
            case "curl" when word.Text is "-u" or "--user" or "-U" or "--proxy-user":
                return (word.Text, BehindColon(next));
            case "curl" when word.Text.StartsWith("-u", StringComparison.Ordinal) || word.Text.StartsWith("--user=", StringComparison.Ordinal):
                return (word.Text.StartsWith("--", StringComparison.Ordinal) ? "--user" : "-u", BehindColon(word));
            case "docker" or "podman" or "buildah" or "skopeo" or "nerdctl" or "helm" or "crane" or "oras" when word.Text is "-p" && arguments.Any(argument => argument.Text == "login"):
            case "sshpass" or "mongosh" or "mongo" or "mongodump" or "mongorestore" or "twine" or "az" when word.Text is "-p":
            case "redis-cli" when word.Text is "-a":
            case "ldapsearch" or "ldapadd" or "ldapmodify" when word.Text is "-w":
            case "zip" or "unzip" when word.Text is "-P":
            case "nuget" when word.Text is "-Password" or "-ApiKey":
                return (word.Text, next);
            case "mysql" or "mysqldump" or "mysqladmin" or "mariadb" or "mariadb-dump" or "sshpass" or "7z" or "7za" when word.Text.StartsWith("-p", StringComparison.Ordinal) && word.Text.Length > 2:
                return ("-p", word.From(2));
            default:
                return null;
        }
    }

    private static ShellWord? BehindColon(ShellWord? word) => word?.Text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var at ? word.From(at + 1) : null;

    private bool IsHeader(ShellWord word)
    {
        var colon = word.Text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || word.Text[..colon].Trim().ToLowerInvariant() is not ("authorization" or "proxy-authorization" or "private-token" or "job-token" or "x-api-key" or "x-auth-token"))
        {
            return false;
        }

        var value = word.Text[(colon + 1)..].Trim();
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        return IsSecret(word with { Text = space < 0 ? value : value[(space + 1)..] });
    }

    // npm config set …:_authToken VALUE, and the like.
    private string? FindSetting(string program, ImmutableArray<ShellWord> arguments)
    {
        if (program is not ("npm" or "pnpm" or "yarn" or "git" or "composer") || arguments.IsEmpty || !arguments.Any(word => word.Text is "config" or "set"))
        {
            return null;
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            var (key, separator) = (arguments[i].Text.ToLowerInvariant(), arguments[i].Text.IndexOf('=', StringComparison.Ordinal));
            var name = separator < 0 ? key : key[..separator];
            var value = separator >= 0 ? arguments[i].From(separator + 1) : i + 1 < arguments.Length ? arguments[i + 1] : null;
            if (Settings.Any(setting => name.EndsWith(setting, StringComparison.Ordinal)) && value is not null && IsSecret(value))
            {
                return $"{program} config";
            }

            if (program == "composer" && name.StartsWith("http-basic", StringComparison.Ordinal) && arguments.Length > i + 2 && IsSecret(arguments[i + 2]))
            {
                return "composer config";
            }
        }

        return null;
    }

    // echo TOKEN > ~/.npmrc
    private string? FindInText(ShellCommand command, string program)
    {
        var file = command.Outputs.FirstOrDefault(output => CredentialFile.IsMeant(output.Text));
        if (file is null)
        {
            return null;
        }

        var isWritten = command.Arguments.Any(word => word.Variables.Any(stays) || CredentialContent.FindInCredentialFile(file.Text, word.Text) is not null);
        return isWritten ? $"{program} > {UnixPath.Base(file.Text)}" : null;
    }

    private bool IsSecret(ShellWord word) =>
        !word.HasSubstitution && (word.Variables.IsEmpty ? IsLiteralSecret(word.Text) : word.Variables.Any(stays));

    private static bool IsLiteralSecret(string text) =>
        !Placeholder.Is(text) && text is not "/dev/stdin" && !text.StartsWith("env:", StringComparison.Ordinal) && !text.StartsWith("file:", StringComparison.Ordinal);
}
