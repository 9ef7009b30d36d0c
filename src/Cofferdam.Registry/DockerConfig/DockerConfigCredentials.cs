using Cofferdam.Registry.DockerConfig;

namespace Cofferdam.Registry;

/// <summary>The logins of docker's config: read afresh each time, from the file itself or through credential helpers; podman's file is looked in last. Thread-safe.</summary>
public sealed class DockerConfigCredentials : IRegistryCredentials
{
    private readonly string _path;
    private readonly IReadOnlyList<string> _fallbacks;

    /// <summary>The config at a path; <paramref name="fallbacks"/> are only read.</summary>
    public DockerConfigCredentials(string path, IReadOnlyList<string> fallbacks) => (_path, _fallbacks) = (path, fallbacks);

    /// <summary>The file that logins are written to.</summary>
    public string Path => _path;

    /// <summary>The user's config: <c>$DOCKER_CONFIG/config.json</c> or <c>~/.docker/config.json</c>, then podman's <c>auth.json</c>.</summary>
    public static DockerConfigCredentials ForUser(Func<string, string?> environment)
    {
        var home = environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var directory = environment("DOCKER_CONFIG") is { Length: > 0 } named ? named : System.IO.Path.Combine(home, ".docker");
        var fallbacks = new List<string>();
        if (environment("REGISTRY_AUTH_FILE") is { Length: > 0 } file)
        {
            fallbacks.Add(file);
        }

        if (environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            fallbacks.Add(System.IO.Path.Combine(runtime, "containers", "auth.json"));
        }

        fallbacks.Add(System.IO.Path.Combine(environment("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : System.IO.Path.Combine(home, ".config"), "containers", "auth.json"));
        return new DockerConfigCredentials(System.IO.Path.Combine(directory, "config.json"), fallbacks);
    }

    /// <inheritdoc/>
    public async ValueTask<RegistryLogin?> GetAsync(string host, CancellationToken cancellationToken)
    {
        var server = ServerNames.For(host);
        foreach (var path in _fallbacks.Prepend(_path))
        {
            var file = await DockerConfigFile.ReadAsync(path, cancellationToken);
            var helper = HelperFor(file, server);
            var login = helper is null ? null : await helper.GetAsync(server, cancellationToken);
            if ((login ?? file.Find(server)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public ValueTask<RegistryToken?> FetchTokenAsync(TokenRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<RegistryToken?>(null);

    /// <summary>Keeps a login for a host, in the helper that the config names or else in the file.</summary>
    public async Task LoginAsync(string host, RegistryLogin login, CancellationToken cancellationToken)
    {
        var server = ServerNames.For(host);
        var file = await DockerConfigFile.ReadAsync(_path, cancellationToken);
        if (HelperFor(file, server) is { } helper)
        {
            await helper.StoreAsync(server, login, cancellationToken);
            return;
        }

        file.Set(server, login);
        await file.WriteAsync(cancellationToken);
    }

    /// <summary>Forgets the login for a host; false when there was none.</summary>
    public async Task<bool> LogoutAsync(string host, CancellationToken cancellationToken)
    {
        var server = ServerNames.For(host);
        var file = await DockerConfigFile.ReadAsync(_path, cancellationToken);
        var isKnown = false;
        if (HelperFor(file, server) is { } helper && await helper.GetAsync(server, cancellationToken) is not null)
        {
            await helper.EraseAsync(server, cancellationToken);
            isKnown = true;
        }

        if (file.Set(server, null))
        {
            await file.WriteAsync(cancellationToken);
            isKnown = true;
        }

        return isKnown;
    }

    /// <summary>The hosts there are logins for.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var file = await DockerConfigFile.ReadAsync(_path, cancellationToken);
        var stored = file.Store is { Length: > 0 } store ? await new CredentialHelper(store).ListAsync(cancellationToken) : [];
        return [.. stored.Concat(file.List()).Select(ServerNames.HostOf).Distinct().Order(StringComparer.Ordinal)];
    }

    private static CredentialHelper? HelperFor(DockerConfigFile file, string server)
    {
        var name = file.HelperOf(server) ?? file.HelperOf(ServerNames.HostOf(server)) ?? file.Store;
        return string.IsNullOrEmpty(name) ? null : new CredentialHelper(name);
    }
}
