using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Session;
using Cofferdam.Cli.Terminal;
using Cofferdam.Registry;

namespace Cofferdam.Cli.Build;

/// <summary>Opens sessions over the daemon's own connection.</summary>
internal sealed class BuildSessions : IBuildSessions
{
    /// <inheritdoc/>
    public Task<IBuildSession> OpenAsync(DaemonConnection connection, SessionContents contents, CommandConsole console, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var session = ClientSession.Open(connection.Invoker, new SessionOptions
        {
            SharedKey = contents.SharedKey,
            Directories = contents.Directories,
            Secrets = contents.Secrets,
            Agents = [.. contents.Ssh.Select(flag => AgentOf(flag, console))],
            ContentStores = StoresOf(contents),
            Uploads = contents.Uploads,
            Targets = contents.Outputs.Index().Where(static output => output.Item is { IsLayout: false }).ToDictionary(static output => output.Index, static output => TargetOf(output.Item!)),
            StandardOutput = console.OutputStream,
            Credentials = DockerConfigCredentials.ForUser(console.Variable),
        });
        return Task.FromResult<IBuildSession>(session);
    }

    private static SessionAgent AgentOf(SshFlag flag, CommandConsole console) =>
        new(flag.Id, flag.Paths.Count == 0 ? [console.Variable("SSH_AUTH_SOCK") ?? string.Empty] : [.. flag.Paths.Select(console.FullPath)], flag.Raw);

    // BuildKit's clients name a layout's store "oci:" and its id; the one that an exporter writes to is "export".
    private static Dictionary<string, string> StoresOf(SessionContents contents)
    {
        var stores = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, directory) in contents.OciLayouts)
        {
            stores[id] = directory;
            stores["oci:" + id] = directory;
        }

        foreach (var (id, directory) in contents.CacheDirectories)
        {
            stores["local:" + id] = directory;
        }

        if (contents.Outputs.FirstOrDefault(static output => output is { IsLayout: true })?.Directory is { } target)
        {
            stores["export"] = target;
        }

        return stores;
    }

    private static SessionTarget TargetOf(SessionOutput output) =>
        output.OpenStream is { } open ? new SessionTarget { OpenStream = _ => open() } : new SessionTarget { Directory = output.Directory };
}
