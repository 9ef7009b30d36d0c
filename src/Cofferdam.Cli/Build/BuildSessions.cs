using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Session;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Cli.Build;

/// <summary>Opens sessions that serve what a build names, and the user's logins.</summary>
internal sealed class BuildSessions : IBuildSessions
{
    /// <inheritdoc/>
    public Task<IBuildSession> OpenAsync(DaemonConnection connection, SessionContents contents, CommandConsole console, CancellationToken cancellationToken)
    {
        var targets = contents.Outputs.Index().Where(output => output.Item is { IsLayout: false }).ToDictionary(output => output.Index, output => TargetOf(output.Item!));

        // The names under which BuildKit's client offers layouts to read and to write.
        var stores = contents.OciLayouts.ToDictionary(layout => "oci:" + layout.Key, layout => layout.Value);
        foreach (var output in contents.Outputs.Where(output => output is { IsLayout: true }))
        {
            stores["export"] = output!.Directory!;
        }

        var session = ClientSession.Open(connection.Invoker, new SessionOptions
        {
            SharedKey = contents.SharedKey,
            Directories = contents.Directories,
            Secrets = [.. contents.Secrets.Select(secret => new SessionSecret(secret.Id, secret.File is null ? null : console.FullPath(secret.File), secret.Variable))],
            Agents = [.. contents.Ssh.Select(agent => AgentOf(agent, console))],
            ContentStores = stores,
            Uploads = contents.Uploads,
            Targets = targets,
            Credentials = DockerConfigCredentials.ForUser(console.Variable),
        });
        return Task.FromResult<IBuildSession>(new OpenSession(session));
    }

    private static SessionTarget TargetOf(SessionOutput output) => output.OpenStream is { } open
        ? new SessionTarget { OpenStream = _ => open() }
        : new SessionTarget { Directory = output.Directory };

    private static SessionAgent AgentOf(SshFlag flag, CommandConsole console) => flag.Paths.Count <= 1
        ? new SessionAgent(flag.Id, flag.Paths.Count == 0 ? null : console.FullPath(flag.Paths[0]))
        : throw new UnsupportedException($"ssh {Quote.Text(flag.Id)} with several keys is not supported yet") { Hint = "add the keys to an agent and give its socket" };

    private sealed class OpenSession(ClientSession session) : IBuildSession
    {
        public string Id => session.Id;

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
