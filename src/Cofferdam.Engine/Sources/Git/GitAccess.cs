using System.Text;
using Cofferdam.Executor;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What git needs to reach a repository: credentials of the client, its ssh agent and known hosts. Gone when it is disposed.</summary>
internal sealed class GitAccess : IAsyncDisposable
{
    private readonly List<KeyValuePair<string, string>> _configuration = [];
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly GitAddress _address;
    private DirectoryInfo? _directory;
    private RootedDirectory? _root;
    private AgentSocket? _agent;

    private readonly GitBundleStage? _bundle;
    private readonly OperationContext _context;
    private DirectoryInfo? _staged;

    private GitAccess(GitSourceOptions options, SourceServices services, OperationContext context)
    {
        (_address, _context) = (options.Address, context);
        _bundle = options.Bundle is { } bundle ? new GitBundleStage(bundle, options.Checksum!, services) : null;
    }

    /// <summary>What git fetches from, once <see cref="FetchInAsync"/> was called: the remote of that name, or the repository that a bundle became.</summary>
    public string Origin { get; private set; } = "origin";

    private string Hint => _address.IsSsh
        ? "check the address, the network, the host's key and that the agent of --ssh has a key that the server takes"
        : "check the address, the network and, for a private repository, the secret GIT_AUTH_TOKEN";

    /// <summary>Asks the clients that wait for what the source may use.</summary>
    public static async Task<GitAccess> OpenAsync(GitSourceOptions options, SourceServices services, OperationContext context, CancellationToken cancellationToken)
    {
        var access = new GitAccess(options, services, context);
        try
        {
            await access.AddHeaderAsync(options, context, cancellationToken);
            await access.AddSshAsync(options, context, cancellationToken);
            return access;
        }
        catch
        {
            await access.DisposeAsync();
            throw;
        }
    }

    /// <summary>Git in a directory.</summary>
    public GitCommand In(string directory) => new(directory, _configuration, _variables, Hint);

    /// <summary>Git in a directory, to fetch with. A bundle is made a repository before; only what fetches from it may read files of this machine.</summary>
    public async Task<GitCommand> FetchInAsync(string directory, CancellationToken cancellationToken)
    {
        if (_bundle is null)
        {
            return In(directory);
        }

        if (_staged is null)
        {
            _staged = Directory.CreateTempSubdirectory("coffer-git-");
            Origin = await _bundle.RunAsync(_staged.FullName, WithFiles, _context, cancellationToken);
        }

        return WithFiles(directory);

        GitCommand WithFiles(string place) => new(place, _configuration, new Dictionary<string, string>(_variables, StringComparer.Ordinal) { ["GIT_ALLOW_PROTOCOL"] = "file" }, Hint);
    }

    public async ValueTask DisposeAsync()
    {
        _staged?.Delete(recursive: true);
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        _root?.Dispose();
        _directory?.Delete(recursive: true);
    }

    // A secret for just this host goes first, and a header before a token (BuildKit source/git).
    private async Task AddHeaderAsync(GitSourceOptions options, OperationContext context, CancellationToken cancellationToken)
    {
        if (options.Address.HttpHost is not { } host)
        {
            return;
        }

        foreach (var (id, isToken) in new[]
        {
            (Suffixed(options.HeaderSecret, host), false), (Suffixed(options.TokenSecret, host), true), (options.HeaderSecret, false), (options.TokenSecret, true),
        })
        {
            if (id is not null && await SourceServices.FindSecretAsync(id, context, cancellationToken) is { } secret)
            {
                var value = isToken ? "basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:" + secret)) : secret;

                // Only to the repository itself: a submodule elsewhere must not be sent it.
                _configuration.Add(KeyValuePair.Create($"http.{options.Address.CredentialScope}.extraheader", "Authorization: " + value));
                return;
            }
        }
    }

    private static string? Suffixed(string? id, string host) => id is null ? null : $"{id}.{host}";

    private async Task AddSshAsync(GitSourceOptions options, OperationContext context, CancellationToken cancellationToken)
    {
        // Neither the settings nor the keys of whoever runs the daemon, and never a question.
        var command = "ssh -F /dev/null -o BatchMode=yes -o IdentityFile=none";
        if (options.Agent is { } id)
        {
            var agent = await SessionAgent.FindAsync(context.Jobs, id, cancellationToken)
                ?? throw new CofferdamException(ErrorCode.NotFound, $"fetching {Quote.Text(options.Address.Redacted)}: no SSH key {Quote.Text(id)} forwarded from the client")
                {
                    Hint = id == "default" ? "give it with --ssh default" : $"give it with --ssh {id}=SOCKET",
                };
            _agent = AgentSocket.Listen(Root(), "agent", new StepMount.Ssh("agent", agent.ConnectAsync, Environment.IsPrivilegedProcess ? 0 : (int)RootedDirectory.Stat(Root().Handle).Uid, (int)RootedDirectory.Stat(Root().Handle).Gid, 0x1c0)); // 0700
            _variables["SSH_AUTH_SOCK"] = Path.Combine(_directory!.FullName, "agent");
        }

        if (options.KnownHosts is { } hosts)
        {
            _ = Root();
            var path = Path.Combine(_directory!.FullName, "known_hosts");
            await File.WriteAllTextAsync(path, hosts.EndsWith('\n') ? hosts : hosts + "\n", cancellationToken);
            command += $" -o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=/dev/null -o UserKnownHostsFile={path}";
        }
        else
        {
            // As BuildKit does where the client tells of no hosts.
            command += " -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";
        }

        _variables["GIT_SSH_COMMAND"] = command;
    }

    private RootedDirectory Root()
    {
        _directory ??= Directory.CreateTempSubdirectory("coffer-git-");
        return _root ??= RootedDirectory.Open(_directory.FullName);
    }
}
