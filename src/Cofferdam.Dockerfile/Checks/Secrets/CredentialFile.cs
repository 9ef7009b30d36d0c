namespace Cofferdam.Dockerfile;

/// <summary>Files in which programs keep credentials, by their names.</summary>
internal static class CredentialFile
{
    private static readonly string[] Names =
    [
        ".netrc", "_netrc", ".npmrc", ".yarnrc.yml", ".pypirc", "pip.conf", ".git-credentials", "auth.json", "kubeconfig", ".bash_history", ".zsh_history", ".psql_history",
        ".mysql_history", ".pgpass", ".my.cnf", ".s3cfg", ".boto", ".vault-token", ".htpasswd", ".env", "id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk",
    ];

    // Names that mean it only in their directories, at home.
    private static readonly string[] Paths =
    [
        ".aws/credentials", ".aws", ".docker/config.json", ".docker", ".kube/config", ".kube", ".cargo/credentials", ".cargo/credentials.toml", ".m2/settings.xml", ".gradle/gradle.properties",
        ".nuget/nuget/nuget.config", ".config/containers/auth.json", ".config/gcloud", ".config/gh/hosts.yml", ".composer/auth.json", ".config/pip/pip.conf", ".ssh", ".gnupg", ".azure",
        "apt/auth.conf",
    ];

    private static readonly string[] PublicEnvironments = [".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults", ".env.default"];

    private static readonly string[] PublicKeys = ["pub", "gpg", "apt", "archive", "release", "repo", "rpm", "signing", "ca.", "cert", "chain", "bundle"];

    /// <summary>Names that <c>--check</c> looks for in a directory that is copied as a whole. None has wildcards: they would have the client walk through all of it.</summary>
    public static ImmutableArray<string> Candidates { get; } =
    [
        .. Names, ".env.local", ".env.development", ".env.production", ".env.staging", ".env.test", ".aws/credentials", ".docker/config.json", ".kube/config", ".cargo/credentials",
        ".cargo/credentials.toml", ".cargo/config.toml", ".m2/settings.xml", "settings.xml", "nuget.config", "NuGet.Config", "NuGet.config", "gradle.properties", ".gradle/gradle.properties",
        ".ssh/id_rsa", ".ssh/id_ed25519", "credentials.json", "service-account.json", "key.pem", "privkey.pem", "private.pem", "server.key", "private.key", "tls.key",
    ];

    /// <summary>Whether a file of this name is there to hold credentials.</summary>
    /// <param name="source">The path it is copied from.</param>
    /// <param name="destination">The path it is copied to; empty where that is not known.</param>
    public static bool IsMeant(string source, string destination = "")
    {
        var path = UnixPath.Clean(source).ToLowerInvariant();
        var name = UnixPath.Base(path);
        var target = UnixPath.Clean(destination.EndsWith('/') ? destination + name : destination).ToLowerInvariant();
        if (Array.Exists(Paths, known => EndsWith(path, known) || EndsWith(target, known)))
        {
            return !name.EndsWith(".pub", StringComparison.Ordinal);
        }

        return Names.Contains(name) || (name.StartsWith(".env.", StringComparison.Ordinal) && !PublicEnvironments.Contains(name)) || IsPrivateKey(name, target);
    }

    /// <summary>Whether the name is that of a directory of credentials.</summary>
    public static bool IsDirectory(string path) => UnixPath.Base(path) is ".aws" or ".docker" or ".kube" or ".ssh" or ".gnupg" or ".azure" or "gcloud";

    /// <summary>Whether a file of this name may hold credentials or not: what is in it tells.</summary>
    public static bool IsPossible(string path) =>
        UnixPath.Base(path).ToLowerInvariant() is var name
        && (name is "settings.xml" or "nuget.config" or "gradle.properties" or "config.json" or "config.toml" or "credentials" or "credentials.json" or "service-account.json" || name.EndsWith(".pem", StringComparison.Ordinal) || name.EndsWith(".key", StringComparison.Ordinal));

    private static bool IsPrivateKey(string name, string target)
    {
        if (name.EndsWith(".p12", StringComparison.Ordinal) || name.EndsWith(".pfx", StringComparison.Ordinal) || name.EndsWith(".ppk", StringComparison.Ordinal))
        {
            return true;
        }

        var isKey = name.EndsWith(".key", StringComparison.Ordinal) || (name.EndsWith(".pem", StringComparison.Ordinal) && (name.Contains("key", StringComparison.Ordinal) || name.Contains("priv", StringComparison.Ordinal)));
        return isKey && !PublicKeys.Any(word => name.Contains(word, StringComparison.Ordinal))
            && !target.StartsWith("/etc/apt/", StringComparison.Ordinal) && !target.Contains("keyring", StringComparison.Ordinal) && !target.Contains("trusted", StringComparison.Ordinal);
    }

    private static bool EndsWith(string path, string known) => path.EndsWith(known, StringComparison.Ordinal) && (path.Length == known.Length || path[^(known.Length + 1)] == '/');
}
