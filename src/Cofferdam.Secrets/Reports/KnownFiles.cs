namespace Cofferdam.Secrets.Reports;

/// <summary>Files that secrets usually get into, by the end of their path.</summary>
internal static class KnownFiles
{
    private static readonly (string End, string Cause, string Cure)[] Files =
    [
        (".git/config", "a clone from a URL with credentials keeps the URL", "clone with `-c http.extraHeader` or a credential helper that reads the mounted secret, or remove `.git` in the same step"),
        (".git-credentials", "git's credential helper `store` writes what it was given", "use a helper that prints the mounted secret"),
        (".gitconfig", "`git config --global url.….insteadOf` with credentials", "give it with `git -c` or the GIT_CONFIG_* variables of one command"),
        (".npmrc", "`npm config set` writes the token, or the file was copied", "mount the file itself with target=/root/.npmrc, or set NPM_CONFIG_USERCONFIG to the mounted file"),
        ("package-lock.json", "npm keeps the URL a package was resolved to, with what was in it", "put the token in `.npmrc`, not in the registry's URL"),
        ("npm-shrinkwrap.json", "npm keeps the URL a package was resolved to, with what was in it", "put the token in `.npmrc`, not in the registry's URL"),
        ("yarn.lock", "yarn keeps the URL a package was resolved to, with what was in it", "put the token in `.npmrc` or `.yarnrc.yml`, not in the registry's URL"),
        (".yarnrc.yml", "`yarn config set` writes the token", "write `${NPM_TOKEN}` in the file and give the variable with `--mount=type=secret,env=NPM_TOKEN`"),
        ("pip.conf", "`pip config set` writes the index with its credentials, or the file was copied", "set PIP_CONFIG_FILE to the mounted secret"),
        ("direct_url.json", "pip notes where a package was installed from, with what was in the URL", "take credentials from a mounted netrc"),
        ("pypoetry/auth.toml", "`poetry config http-basic` writes the credentials", "give POETRY_HTTP_BASIC_…_PASSWORD with `--mount=type=secret,env=…`"),
        ("poetry.lock", "poetry keeps the source's URL, with what was in it", "configure the credentials apart from the source"),
        ("NuGet.Config", "`dotnet nuget add source --password` writes the password", "mount the file itself, or give NuGetPackageSourceCredentials_… as a secret variable"),
        ("project.assets.json", "restore notes the sources it used, with what was in their URLs", "keep credentials out of the source's URL"),
        (".m2/settings.xml", "the file was copied", "mount it with target=/root/.m2/settings.xml, or `mvn -s` the mounted file"),
        ("gradle.properties", "the file was copied", "give ORG_GRADLE_PROJECT_… as a secret variable"),
        (".netrc", "the file was copied or written by the step", "mount it with target=/root/.netrc"),
        (".bash_history", "a shell kept its history", "remove it, or set HISTFILE=/dev/null"),
        (".ash_history", "a shell kept its history", "remove it, or set HISTFILE=/dev/null"),
        (".python_history", "an interpreter kept its history", "remove it"),
        (".pyc", "Python compiled a file that holds the value, or a constant read while building", "do not put the value into a module; set PYTHONDONTWRITEBYTECODE=1 when the module is only of the build"),
        ("apt/auth.conf", "the file was copied or written by the step", "mount it with target=/etc/apt/auth.conf.d/build.conf"),
        ("sources.list", "the credentials are in the repository's URL", "mount an auth.conf at /etc/apt/auth.conf.d/"),
        (".docker/config.json", "`docker login` writes the credentials", "mount the file itself, or use a credential helper"),
        (".aws/credentials", "`aws configure` writes the keys, or the file was copied", "mount it with target=/root/.aws/credentials"),
        (".cargo/credentials.toml", "`cargo login` writes the token", "give CARGO_REGISTRIES_…_TOKEN as a secret variable"),
        (".cargo/config.toml", "the credentials are in the registry's URL", "give CARGO_REGISTRIES_…_TOKEN as a secret variable"),
        (".composer/auth.json", "`composer config --auth` writes the credentials", "give COMPOSER_AUTH as a secret variable"),
        (".gem/credentials", "the file was copied", "mount it, or give GEM_HOST_API_KEY as a secret variable"),
        (".bundle/config", "`bundle config` writes the credentials", "give BUNDLE_… as a secret variable"),
        (".kube/config", "the file was copied", "mount it and set KUBECONFIG"),
        (".terraformrc", "the file was copied", "give TF_TOKEN_… as a secret variable"),
        (".env", "the file is in the build context", "name it in .dockerignore, and mount what the build needs of it"),
        (".ssh/id_rsa", "the key was copied", "use `--mount=type=ssh`"),
        (".ssh/id_ed25519", "the key was copied", "use `--mount=type=ssh`"),
        (".wget-hsts", "wget noted a host", "remove it"),
        (".log", "a tool wrote its command line or environment to a log", "remove the log in the same step, or keep it in a tmpfs mount"),
    ];

    private static readonly (string Part, string Cause, string Cure)[] Folders =
    [
        ("/apt/auth.conf.d/", "the file was copied or written by the step", "mount it with target=/etc/apt/auth.conf.d/build.conf"),
        ("/.git/", "git keeps what was committed, and the URLs it was fetched from", "remove `.git` in the same step, or commit no secret"),
        ("/__pycache__/", "Python compiled a file that holds the value", "do not put the value into a module"),
        ("/.npm/_cacache/", "npm's cache keeps requests with their headers", "use `--mount=type=cache,target=/root/.npm`"),
        ("/.npm/_logs/", "npm logs its command line", "use `--mount=type=cache,target=/root/.npm`"),
        ("/.cache/pip/", "pip's cache keeps the URLs it fetched", "use `--mount=type=cache,target=/root/.cache/pip`, or `--no-cache-dir`"),
        ("/target/", "the build put the value into what it made", "read the value when the program runs"),
    ];

    /// <summary>What is known of a path; null when nothing is.</summary>
    internal static LeakAdvice? Find(string path)
    {
        var inner = "/" + path[(path.LastIndexOf('!') + 1)..];
        foreach (var (end, cause, cure) in Files)
        {
            // A suffix (`.pyc`) fits any name, a name only a whole one.
            var isSuffix = end is ".pyc" or ".log" or ".env";
            if (inner.EndsWith(isSuffix ? end : "/" + end, StringComparison.OrdinalIgnoreCase))
            {
                return new LeakAdvice(cause, cure);
            }
        }

        foreach (var (part, cause, cure) in Folders)
        {
            if (inner.Contains(part, StringComparison.Ordinal))
            {
                return new LeakAdvice(cause, cure);
            }
        }

        return null;
    }
}
