using Cofferdam.Cli.Build;
using Cofferdam.Cli.Session;
using Cofferdam.Model;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Makes sources of what <c>--secret</c> says. No value is read, and nobody is asked.</summary>
internal static class SecretProviders
{
    private const int MaxFiles = 1000;

    /// <summary>The names that <c>from=</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["aws", "azure", "compose", "dir", "exec", "gcp", "home", "op", "ssm", "systemd-creds", "vault"];

    /// <summary>The secrets of all flags. Of those with the same id the last is given; one that is named goes before one that a directory or a file of others has.</summary>
    public static IReadOnlyList<GivenSecret> Open(IEnumerable<SecretFlag> flags, SecretSurroundings surroundings)
    {
        var secrets = new OrderedDictionary<string, (GivenSecret Secret, bool IsNamed)>(StringComparer.Ordinal);
        foreach (var flag in flags)
        {
            foreach (var secret in Open(flag, surroundings))
            {
                var isNamed = flag.Id is not null;
                if (isNamed || !secrets.TryGetValue(secret.Id, out var known) || !known.IsNamed)
                {
                    secrets[secret.Id] = (new GivenSecret(secret, flag.Cache), isNamed);
                }
            }
        }

        return [.. secrets.Values.Select(entry => entry.Secret)];
    }

    private static IEnumerable<SessionSecret> Open(SecretFlag flag, SecretSurroundings surroundings)
    {
        if (flag.Provider is not { } provider)
        {
            return [new SessionSecret(flag.Id!, flag.File is { } file ? new FileSource(surroundings.FullPath(file)) : new VariableSource(flag.Variable!, surroundings.Variable))];
        }

        try
        {
            return provider switch
            {
                "dir" => Directory(flag.Id, flag.Reference, "dir:" + flag.Reference, surroundings),
                "systemd-creds" when flag.Reference.Length == 0 => Directory(
                    flag.Id, surroundings.Setting("CREDENTIALS_DIRECTORY") ?? throw new SecretSourceException("CREDENTIALS_DIRECTORY is not set") { Hint = "run it in a unit of systemd that has LoadCredential=, or name an encrypted file: systemd-creds:FILE" }, "systemd-creds", surroundings),
                "compose" => Compose(flag.Id, flag.Reference, surroundings),
                "home" => [new SessionSecret(flag.Id ?? flag.Reference, HomeFiles.Find(flag.Reference, surroundings))],
                _ => [new SessionSecret(flag.Id!, One(provider, flag.Reference, surroundings))],
            };
        }
        catch (SecretSourceException error)
        {
            throw new CofferdamException(ErrorCode.SecretMissing, $"read secrets from {Quote.Text(RedactedText.Of(flag.Reference.Length > 0 ? $"{provider}:{flag.Reference}" : provider))}: {error.Message}", error) { Hint = error.Hint };
        }
    }

    private static ISecretSource One(string provider, string reference, SecretSurroundings surroundings) => provider switch
    {
        "exec" => Command(CommandText.Split(reference), reference, surroundings),
        "vault" => new VaultSource(reference, surroundings),
        "azure" => new AzureSource(reference, surroundings),
        "aws" => AwsSource.Secret(reference, surroundings),
        "ssm" => AwsSource.Parameter(reference, surroundings),
        "gcp" => new GoogleSource(reference, surroundings),
        "op" => new CommandSource(surroundings)
        {
            Name = Quote.Text("op:" + reference),
            Program = "op",
            Arguments = ["read", "--no-newline", reference],
            InstallHint = "install the command line of 1Password (op)",
            FailureHint = "sign in with op signin, or set OP_SERVICE_ACCOUNT_TOKEN, and check the reference: op://VAULT/ITEM/FIELD",
        },
        "systemd-creds" => new CommandSource(surroundings)
        {
            Name = Quote.Text("systemd-creds:" + reference),
            Program = "systemd-creds",
            Arguments = ["decrypt", "--newline=no", surroundings.FullPath(reference), "-"],
            InstallHint = "install systemd 250 or newer",
            FailureHint = "the credential must be made on this machine (systemd-creds encrypt), have the name of its file, and be read by who may read the machine's key",
        },
        _ => throw new UsageException($"unknown source {Quote.Text(provider)} of a secret") { Hint = NearMatch.Find(provider, Names) is { } near ? $"did you mean {near}?" : $"it is one of {string.Join(", ", Names)}" },
    };

    private static CommandSource Command(List<string> words, string text, SecretSurroundings surroundings) => words.Count == 0
        ? throw new UsageException("the command of a secret is empty") { Hint = "write it as from=exec:PROGRAM ARGUMENT…" }
        : new CommandSource(surroundings) { Name = Quote.Text("exec:" + RedactedText.Of(text)), Program = words[0], Arguments = words[1..], EndsLine = true };

    private static IEnumerable<SessionSecret> Directory(string? id, string place, string shown, SecretSurroundings surroundings)
    {
        var directory = surroundings.FullPath(place);
        if (id is not null)
        {
            return [new SessionSecret(id, new FileSource(Path.Combine(directory, id), Quote.Text(shown)))];
        }

        try
        {
            // A link to a file is a file: that is how Kubernetes lays them out.
            var names = System.IO.Directory.EnumerateFiles(directory).Where(path => File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: false }).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).Take(MaxFiles + 1).ToList();
            return names.Count > MaxFiles
                ? throw new SecretSourceException($"it has more than {MaxFiles} files") { Hint = "name those that are needed: id=NAME,from=dir:DIRECTORY" }
                : names.Select(name => new SessionSecret(name, new FileSource(Path.Combine(directory, name), Quote.Text(shown))));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretSourceException(System.IO.Directory.Exists(directory) ? "it can't be read" : "it is no directory", error) { Hint = "check the path; a relative one is taken from the directory the command runs in" };
        }
    }

    private static IEnumerable<SessionSecret> Compose(string? id, string reference, SecretSurroundings surroundings)
    {
        var (path, name) = KeyedReference.Parse(reference);
        var file = ComposeFile.Read(surroundings.FullPath(path), surroundings);
        return (name ?? id) is { Length: > 0 } one
            ? [new SessionSecret(id ?? one, file.Find(one))]
            : [.. file.Names.Select(each => new SessionSecret(each, file.Find(each)))];
    }
}
